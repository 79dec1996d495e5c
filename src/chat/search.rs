//! Finding people.

use entity::id::UserId;

use crate::{
    chat::handle::Chat,
    model::{actor::Actor, error::Error, name, page::Limit, person::Card},
    store,
};

/// By part of the handle; by e-mail address only when it is complete, so that nobody can
/// collect addresses by guessing.
pub async fn people(
    chat: &Chat,
    _me: Actor,
    query: &str,
    after: Option<UserId>,
    limit: Limit,
) -> Result<Vec<Card>, Error> {
    let key = name::key(query);
    if key.is_empty() || key.contains('\0') {
        return Ok(Vec::new());
    }
    if key.contains('@')
        && let Some(user) = store::user::by_email(&chat.db, &key).await?
    {
        return Ok(if after.is_none() { vec![Card::from(&user)] } else { Vec::new() });
    }
    let users = store::user::search(&chat.db, &key, after, limit.get()).await?;
    Ok(users.iter().map(Card::from).collect())
}
