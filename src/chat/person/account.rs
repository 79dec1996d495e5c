//! Coming, proving who one is, and going.

use std::collections::HashSet;

use entity::{
    friend::{self, Status},
    id::UserId,
    user,
};
use sea_orm::{ActiveValue::Set, DbErr};

use crate::{
    chat::{
        engine::{admission::MayRegister, change::Change, handle::Chat, roster},
        person::{self, profile},
        room::member,
        server,
        session::{
            self,
            guess::{self, Attempt, KnownDevice},
            live, password,
            proof::Proved,
        },
    },
    model::{
        actor::Actor,
        allowance::Network,
        error::{Ban, Clash, Doubt, Error},
        event::{
            Topic,
            friend::FriendNews,
            person::PersonNews,
            session::{Ending, SessionNews},
        },
        person::{
            Card, ProfileChange,
            account::Account,
            friendship::{Relation, State},
        },
        session::{Device, SignedIn},
        text::{
            line,
            name::{self, Email, Username},
        },
    },
    policy::{self, MayActAs},
    store,
};

#[derive(Clone)]
pub struct Registration {
    pub username: Username,
    pub email: Option<Email>,
    pub password: String,
    /// The shortest password that this surface accepts.
    pub shortest: usize,
    pub nickname: Option<String>,
}

/// Whoever makes an account has shown that it is theirs.
pub async fn register(chat: &Chat, _paid: MayRegister, new: Registration) -> Result<Proved, Error> {
    password::check(&new.password, new.shortest)?;
    let nickname =
        new.nickname.map(|it| line("nickname", &it, profile::LONGEST_NICKNAME)).transpose()?;
    taken(chat, &new.username, new.email.as_ref()).await?;
    let hashed_password = chat.passwords.hash(&new.password).await?;
    let row = store::person::NewUser {
        username: new.username.as_str(),
        username_key: new.username.key(),
        email: new.email.as_ref().map(|it| (it.as_str(), it.key())),
        hashed_password,
        nickname: nickname.filter(|it| !it.is_empty()),
    };
    match store::person::insert(&chat.db, row, chat.clock.now()).await {
        Ok(row) => Ok(Proved::new(row)),
        Err(error) => Err(explain(chat, error, &new.username, new.email.as_ref()).await),
    }
}

/// By username or e-mail address.
pub async fn sign_in(
    chat: &Chat,
    login: &str,
    password: &str,
    device: Device,
) -> Result<SignedIn, Error> {
    match check_and_open(chat, login, password, device.clone()).await {
        // The password was changed, or hashed anew, while it was compared: which it was, is
        // seen by comparing again.
        Err(Error::Unauthenticated(Doubt::Revoked)) => {
            check_and_open(chat, login, password, device).await
        }
        result => result,
    }
}

async fn check_and_open(
    chat: &Chat,
    login: &str,
    password: &str,
    device: Device,
) -> Result<SignedIn, Error> {
    let proved = check(chat, login, password, &device).await?;
    session::open(chat, &proved, device).await
}

/// Whose account it is, if the password fits. It opens nothing yet.
pub async fn check(
    chat: &Chat,
    login: &str,
    password: &str,
    device: &Device,
) -> Result<Proved, Error> {
    let login = name::sought(login).ok_or(Error::Unauthenticated(Doubt::UnknownUser))?;
    let user = find(chat, &login).await?;
    let attempt = attempt(chat, user.as_ref(), login, device).await?;
    let stored = user.as_ref().map(|it| &it.hashed_password);
    let is_known = user.is_some();
    let fits = chat.passwords.verify(attempt, password, stored).await?;
    let (Some(mut user), true) = (user, fits) else {
        let doubt = if is_known { Doubt::WrongPassword } else { Doubt::UnknownUser };
        return Err(Error::Unauthenticated(doubt));
    };
    // Only now is the password at hand from which a better hash can be made.
    if password::is_outdated(user.hashed_password.as_str()) {
        let new = chat.passwords.hash(password).await?;
        if store::person::rehash(&chat.db, user.user_id, &user.hashed_password, &new).await? {
            user.hashed_password = new;
        }
    }
    Ok(Proved::new(user))
}

/// Whether somebody has registered with this address, which whoever registers learns too.
pub async fn is_known(chat: &Chat, email: &Email) -> Result<bool, Error> {
    Ok(store::person::by_email(&chat.db, &email.key()).await?.is_some())
}

/// A new password, and what shows that its owner wants it.
#[derive(Clone, Copy)]
pub struct NewPassword<'a> {
    /// `None` from clients that cannot send it, see `prove`.
    pub old: Option<&'a str>,
    pub new: &'a str,
    /// The shortest one that this surface accepts.
    pub shortest: usize,
}

/// Ends every other session, since whoever knew the old password may hold one.
pub async fn change_password(chat: &Chat, me: Actor, wanted: NewPassword<'_>) -> Result<(), Error> {
    password::check(wanted.new, wanted.shortest)?;
    let proved = prove(chat, me, wanted.old).await?;
    // Before the change, because it takes long, and everybody who needs this person would wait.
    let hashed = chat.passwords.hash(wanted.new).await?;
    chat.change(async |change| {
        // One proof changes one password: of two at once the second finds another hash here.
        person::still(change, &proved).await?;
        // The session may have ended since the proof, because somebody else has changed the
        // password.
        person::myself(chat, change, me).await?;
        store::person::set_password(&change.db, me.id, hashed.clone()).await?;
        session::end_others(chat, change, me, Ending::PasswordChanged).await
    })
    .await
}

/// The profile and perhaps the password, for clients that send both at once: all of it, or
/// nothing.
pub async fn revise(
    chat: &Chat,
    me: Actor,
    wanted: ProfileChange,
    password: Option<NewPassword<'_>>,
) -> Result<Account, Error> {
    let permit = policy::may_act_as(me, me.id)?;
    let mut columns = profile::columns(wanted)?;
    let Some(NewPassword { old, new, shortest }) = password else {
        return chat
            .change(async |change| profile::put(chat, change, permit, columns.clone()).await)
            .await;
    };
    password::check(new, shortest)?;
    let proved = prove(chat, me, old).await?;
    columns.hashed_password = Set(chat.passwords.hash(new).await?);
    chat.change(async |change| {
        person::still(change, &proved).await?;
        person::myself(chat, change, me).await?;
        let account = profile::put(chat, change, permit, columns.clone()).await?;
        session::end_others(chat, change, me, Ending::PasswordChanged).await?;
        Ok(account)
    })
    .await
}

/// Shows that it is the person, and not somebody at their device or with their token: by the
/// password or, from clients that cannot send it, by a sign-in that is not long ago.
async fn prove(chat: &Chat, me: Actor, password: Option<&str>) -> Result<user::Model, Error> {
    let user = store::person::find(&chat.db, me.id).await?;
    let user = user.filter(|it| it.is_active).ok_or(Error::Unauthenticated(Doubt::Revoked))?;
    let Some(password) = password else {
        let now = chat.clock.now();
        // When the session began: who only has a token can renew it, and that proves nothing.
        let since = live::find(&chat.db, now, me.session).await?.created_at;
        let age = (now.0 - since.0).num_seconds();
        // A sign-in that lies ahead is from before the clock was put back, and may be of any age.
        let is_recent = (0..chat.rules.recent_seconds).contains(&age);
        return if is_recent { Ok(user) } else { Err(Error::Forbidden(Ban::Unproven)) };
    };
    let device = Some(KnownDevice::Session(me.session));
    let attempt = chat.guesses.begin(guess::TriedAccount::Known(me.id), device, None).await?;
    if !chat.passwords.verify(attempt, password, Some(&user.hashed_password)).await? {
        return Err(Error::Unauthenticated(Doubt::WrongPassword));
    }
    Ok(user)
}

/// Erases the person and leaves a nameless author behind. For the password, see `prove`.
pub async fn delete(
    chat: &Chat,
    me: Actor,
    user: UserId,
    password: Option<&str>,
) -> Result<(), Error> {
    let permit = policy::may_act_as(me, user)?;
    let proved = prove(chat, me, password).await?;
    chat.change(async |change| erase(chat, change, permit, &proved).await).await?;
    tracing::info!(%user, "account deleted");
    Ok(())
}

async fn erase(
    chat: &Chat,
    change: &mut Change,
    permit: MayActAs,
    proved: &user::Model,
) -> Result<(), Error> {
    let (user, now) = (permit.user(), chat.clock.now());
    // Whoever signs in meanwhile waits for this, and is then refused.
    person::still(change, proved).await?;
    let sessions = store::session::of(&change.db, user, now).await?;
    let files = store::file::of_owner(&change.db, user).await?;
    let files: Vec<String> = files.into_iter().map(|it| it.stored_name).collect();
    let row = store::person::erase(&change.db, permit, now).await?;
    // As long as there are friendships and memberships: they say who is told.
    profile::announce(change, &row).await?;
    store::session::delete_all(&change.db, user).await?;
    forget(change, &row).await?;
    store::file::delete_of(&change.db, user).await?;
    change.discard(files).await?;
    profile::discard_portraits(change, permit).await?;
    change.outdates_person(user);
    for session in sessions.iter().map(|it| it.session_id) {
        change.outdates_session(session);
        let news = SessionNews::Ended(Ending::AccountDeleted);
        change.announce(Topic::Session(session), news);
    }
    // Servers first: there a channel gets its next owner, while leaving a room finds one only for a
    // group.
    server::abandon(change, user).await?;
    leave_groups(chat, change, user).await
}

/// Nobody has this person for a friend, an asker or an enemy any more.
async fn forget(change: &mut Change, user: &user::Model) -> Result<(), Error> {
    let id = user.user_id;
    let others = |it: friend::Model| if it.user_id == id { it.friend_id } else { it.user_id };
    let friends = store::person::friend::of(&change.db, &[id], Status::Accepted).await?;
    let friends: Vec<UserId> = friends.into_iter().map(others).collect();
    let asked = store::person::friend::of(&change.db, &[id], Status::Pending).await?;
    let asked: Vec<UserId> = asked.into_iter().map(others).collect();
    let blocks = store::person::block::involving(&change.db, &[id]).await?;
    // Whom this person has blocked has never known, and is told nothing.
    let blockers: Vec<UserId> = blocks.iter().map(|it| it.user_id).filter(|it| *it != id).collect();
    let touched: HashSet<UserId> = friends.iter().chain(&asked).chain(&blockers).copied().collect();
    store::person::touch(&change.db, touched).await?;
    store::person::friend::delete_all(&change.db, id).await?;
    store::person::block::delete_all(&change.db, id).await?;
    let ended = |me: UserId| Relation { me, other: user.into(), state: State::None, since: None };
    for friend in friends {
        change.announce(Topic::User(friend), FriendNews::Removed(ended(friend)));
    }
    for blocker in blockers {
        change.announce(Topic::User(blocker), PersonNews::Unblocked(Card::from(user)));
    }
    for other in asked {
        change.announce(Topic::User(other), FriendNews::Cancelled(ended(other)));
    }
    Ok(())
}

/// Direct rooms stay, with a nameless peer, so that the other can still read them.
async fn leave_groups(chat: &Chat, change: &mut Change, user: UserId) -> Result<(), Error> {
    store::room::ban::delete_of(&change.db, user).await?;
    let rooms = store::room::member::rooms_of(&change.db, user).await?;
    for room in store::room::find_all(&change.db, &rooms).await? {
        change.outdates_room(room.chatroom_id);
        // Its record is outdated all the same: a block between the two has gone with the account.
        if room.direct_key.is_some() {
            continue;
        }
        let facts = roster::facts_now(&change.db, user, &room).await?;
        member::part(chat, change, facts, user).await?;
    }
    Ok(())
}

async fn attempt(
    chat: &Chat,
    user: Option<&user::Model>,
    login: String,
    device: &Device,
) -> Result<Attempt, Error> {
    let address = device.address.map(Network::from);
    let Some(user) = user else {
        return chat.guesses.begin(guess::TriedAccount::Unknown(login), None, address).await;
    };
    let known = session::known_device(chat, user.user_id, device).await?;
    chat.guesses.begin(guess::TriedAccount::Known(user.user_id), known, address).await
}

async fn find(chat: &Chat, key: &str) -> Result<Option<user::Model>, Error> {
    let by_name = store::person::by_username(&chat.db, key).await?;
    let found = match by_name {
        Some(user) => Some(user),
        None => store::person::by_email(&chat.db, key).await?,
    };
    Ok(found.filter(|it| it.is_active))
}

/// Asked before the password is hashed, which is the expensive part.
async fn taken(chat: &Chat, username: &Username, email: Option<&Email>) -> Result<(), Error> {
    if store::person::by_username(&chat.db, &username.key()).await?.is_some() {
        return Err(Error::Taken(Clash::Username));
    }
    if let Some(email) = email
        && store::person::by_email(&chat.db, &email.key()).await?.is_some()
    {
        return Err(Error::Taken(Clash::Email));
    }
    Ok(())
}

/// Somebody else may have taken the name in between: the unique key decides.
async fn explain(chat: &Chat, error: DbErr, username: &Username, email: Option<&Email>) -> Error {
    if !store::engine::connection::is_duplicate(&error) {
        return error.into();
    }
    taken(chat, username, email).await.err().unwrap_or(error.into())
}
