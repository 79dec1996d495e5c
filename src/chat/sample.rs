//! People and rooms to try things out with, for a database without anybody.

use entity::{id::UserId, participant::Role, secret::Hashed};

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        room,
    },
    model::{
        error::{Clash, Error},
        text::name::Username,
    },
    store,
};

/// Their passwords are known to everybody, which is why production refuses this.
const PEOPLE: [(&str, &str); 3] =
    [("admin", "admin123"), ("user1", "password123"), ("user2", "password123")];

/// The first person owns them.
const ROOMS: [&str; 3] = ["General", "Random", "Tech Talk"];

/// Once: whoever finds somebody there, or is overtaken by another node, does nothing.
pub async fn make(chat: &Chat) -> Result<(), Error> {
    if store::person::any(&chat.db).await? {
        return Ok(());
    }
    let mut hashed = Vec::new();
    // Before the transaction, since hashing takes long and nobody else can write meanwhile.
    for (_, password) in PEOPLE {
        hashed.push(chat.passwords.hash(password).await?);
    }
    match chat.change(async |change| all(chat, change, &hashed).await).await {
        Err(Error::Taken(Clash::Username)) => Ok(()),
        result => result,
    }
}

/// In one transaction, so that two nodes do not make half of it each.
async fn all(chat: &Chat, change: &mut Change, hashed: &[Hashed]) -> Result<(), Error> {
    let now = chat.clock.now();
    let mut people = Vec::new();
    for ((name, _), hashed) in PEOPLE.iter().zip(hashed) {
        people.push(person(chat, change, name, hashed).await?);
    }
    for name in ROOMS {
        let mut new = store::room::NewRoom::public(name);
        new.creator = people.first().copied();
        let row = store::room::insert(&change.db, new, now).await?;
        let owner = people.first().map(|it| (*it, Role::Owner));
        room::populate(chat, change, &row, owner.as_slice()).await?;
    }
    Ok(())
}

async fn person(
    chat: &Chat,
    change: &Change,
    name: &str,
    hashed: &Hashed,
) -> Result<UserId, Error> {
    let username = Username::parse(name)?;
    let new = store::person::NewUser {
        username: username.as_str(),
        username_key: username.key(),
        email: None,
        hashed_password: hashed.clone(),
        nickname: None,
    };
    match store::person::insert(&change.db, new, chat.clock.now()).await {
        Err(error) if store::engine::connection::is_duplicate(&error) => {
            Err(Error::Taken(Clash::Username))
        }
        result => Ok(result?.user_id),
    }
}
