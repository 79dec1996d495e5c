//! Who is in which room, and who people are: remembered, because every message asks.

mod record;

use std::{collections::HashMap, sync::Arc, time::Duration};

use entity::{
    chatroom::{self, Kind},
    id::{RoomId, UserId},
};
use sea_orm::ConnectionTrait;

use crate::{
    chat::engine::{
        cache::ReadCache,
        roster::record::{Members, RoomRecord},
    },
    model::{
        error::{Error, Thing},
        person::Card,
        room::Identity,
    },
    policy::Facts,
    store::{
        self,
        engine::{pool::Pool, transaction::Transaction},
    },
};

/// A change forgets at once; this only bounds what a mistake could cost.
const LIFETIME: Duration = Duration::from_mins(1);
#[derive(Clone)]
pub struct Roster(Arc<Caches>);

/// Where rows are read. What a transaction sees may never be committed, so whoever reads through
/// one is told what is remembered, but what they read is remembered for nobody.
pub trait RowSource: ConnectionTrait {
    const IS_COMMITTED: bool;
}

impl RowSource for Pool {
    const IS_COMMITTED: bool = true;
}

impl RowSource for Transaction {
    const IS_COMMITTED: bool = false;
}

struct Caches {
    rooms: ReadCache<RoomId, Arc<RoomRecord>>,
    cards: ReadCache<UserId, Arc<Card>>,
}

impl Default for Roster {
    fn default() -> Self {
        Self(Arc::new(Caches {
            rooms: ReadCache::new(50_000, LIFETIME),
            cards: ReadCache::new(100_000, LIFETIME),
        }))
    }
}

impl Roster {
    /// What the policy needs to know about this person and this room.
    pub async fn facts(
        &self,
        db: &impl RowSource,
        user: UserId,
        room: RoomId,
    ) -> Result<Facts, Error> {
        self.record(db, room).await?.facts(db, user).await
    }

    /// The same for several at once. Each room is read at most once.
    pub async fn facts_of_each(
        &self,
        db: &impl RowSource,
        wanted: impl Iterator<Item = (UserId, RoomId)>,
    ) -> Vec<Result<Facts, Error>> {
        let mut records: HashMap<RoomId, Arc<RoomRecord>> = HashMap::new();
        let mut all = Vec::new();
        for (user, room) in wanted {
            let record = match records.get(&room).cloned() {
                Some(record) => Ok(record),
                None => self.record(db, room).await,
            };
            all.push(match record {
                Ok(record) => {
                    let facts = record.facts(db, user).await;
                    records.insert(room, record);
                    facts
                }
                Err(error) => Err(error),
            });
        }
        all
    }

    /// What the policy needs to know, and what the room is: both as they were at one moment.
    pub async fn facts_of(
        &self,
        db: &impl RowSource,
        user: UserId,
        room: RoomId,
    ) -> Result<(Facts, Arc<Identity>), Error> {
        let record = self.record(db, room).await?;
        Ok((record.facts(db, user).await?, record.identity.clone()))
    }

    /// What a room is, for those who were let in or who tell of it to those who were.
    pub async fn identity(
        &self,
        db: &impl RowSource,
        room: RoomId,
    ) -> Result<Arc<Identity>, Error> {
        Ok(self.record(db, room).await?.identity.clone())
    }

    /// The members, unless they are too many to be remembered.
    pub async fn members(
        &self,
        db: &impl RowSource,
        room: RoomId,
    ) -> Result<Option<Vec<UserId>>, Error> {
        Ok(self.record(db, room).await?.members.listed())
    }

    /// How many members a room has.
    pub async fn size(&self, db: &impl RowSource, room: RoomId) -> Result<usize, Error> {
        Ok(self.record(db, room).await?.members.count())
    }

    pub async fn card(&self, db: &impl RowSource, user: UserId) -> Result<Arc<Card>, Error> {
        if let Some(card) = self.0.cards.get(user) {
            return Ok(card);
        }
        self.cards(db, &[user]).await?.remove(&user).ok_or(Error::Missing(Thing::User))
    }

    pub async fn cards<S: RowSource>(
        &self,
        db: &S,
        users: &[UserId],
    ) -> Result<HashMap<UserId, Arc<Card>>, Error> {
        let (mut found, mut unknown) = (HashMap::new(), Vec::new());
        for user in users {
            match self.0.cards.get(*user) {
                Some(card) => drop(found.insert(*user, card)),
                None => unknown.push(*user),
            }
        }
        unknown.sort_unstable();
        unknown.dedup();
        // Before the rows are read: what somebody changes meanwhile is then not remembered.
        let ticket = self.0.cards.ticket();
        // Also those who have deleted their accounts: what they said has a nameless author.
        for user in store::person::find_all(db, unknown).await? {
            let card = Arc::new(Card::from(&user));
            if S::IS_COMMITTED {
                self.0.cards.keep(ticket, user.user_id, card.clone());
            }
            found.insert(user.user_id, card);
        }
        Ok(found)
    }

    pub fn forget_room(&self, room: RoomId) {
        self.0.rooms.forget(room);
    }

    pub fn forget_person(&self, user: UserId) {
        self.0.cards.forget(user);
    }

    async fn record<S: RowSource>(&self, db: &S, room: RoomId) -> Result<Arc<RoomRecord>, Error> {
        if let Some(record) = self.0.rooms.get(room) {
            return Ok(record);
        }
        // As with cards: a change while this reads must leave nothing old behind.
        let ticket = self.0.rooms.ticket();
        let row = store::room::find(db, room).await?.ok_or(Error::Missing(Thing::Room))?;
        let members = Members::read(db, room).await?;
        let blocked = is_blocked(db, &row).await?;
        let joinable = row.joinable;
        let identity = Arc::new(self.identify(db, row).await?);
        let record = Arc::new(RoomRecord { identity, joinable, members, blocked });
        if S::IS_COMMITTED {
            self.0.rooms.keep(ticket, room, record.clone());
        }
        Ok(record)
    }

    async fn identify(&self, db: &impl RowSource, row: chatroom::Model) -> Result<Identity, Error> {
        let pair = match row.direct_key.as_deref().and_then(pair) {
            Some((one, other)) => {
                let cards = self.cards(db, &[one, other]).await?;
                let known = |it: UserId| cards.get(&it).map(|card| (it, card.public_id));
                known(one).zip(known(other)).map(|(one, other)| [one, other])
            }
            None => None,
        };
        let banned = if is_open(&row) {
            store::room::ban::of_room(db, row.chatroom_id).await?
        } else {
            Vec::new()
        };
        Ok(Identity { room: row.chatroom_id, kind: row.kind, slug: row.slug, pair, banned })
    }
}

/// What the policy needs to know as the database has it now, for whoever holds the room.
pub async fn facts_now(
    db: &impl ConnectionTrait,
    user: UserId,
    row: &chatroom::Model,
) -> Result<Facts, Error> {
    let mine = store::room::member::find(db, row.chatroom_id, user).await?;
    let banned = is_open(row) && store::room::ban::is_banned(db, row.chatroom_id, user).await?;
    Ok(Facts {
        room: row.chatroom_id,
        kind: row.kind,
        joinable: row.joinable,
        actor: user,
        role: mine.as_ref().map(|it| it.role),
        blocked: is_blocked(db, row).await?,
        banned,
        cleared: mine.map_or(0, |it| it.cleared_seq),
    })
}

/// In other rooms nobody can be banned: one more question for each of them is saved.
fn is_open(room: &chatroom::Model) -> bool {
    room.kind == Kind::Public || room.joinable
}

async fn is_blocked(db: &impl ConnectionTrait, room: &chatroom::Model) -> Result<bool, Error> {
    let Some((one, other)) = room.direct_key.as_deref().and_then(pair) else { return Ok(false) };
    Ok(store::person::block::between(db, one, other).await?)
}

/// The two people whom a direct room's key names.
pub fn pair(direct_key: &str) -> Option<(UserId, UserId)> {
    let (one, other) = direct_key.split_once(':')?;
    Some((UserId(one.parse().ok()?), UserId(other.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entity::{participant::Role, secret::Hashed, time::Timestamp};
    use migration::{Migrator, MigratorTrait};

    use super::*;
    use crate::store::{
        engine::{
            connection::{self, Address},
            pool,
        },
        person::NewUser,
        room::NewRoom,
    };

    async fn database() -> Pool {
        let address = Address {
            url: "sqlite::memory:".to_owned(),
            max_connections: 1,
            acquire: Duration::from_mins(1),
            statement: Duration::from_mins(1),
            sqlite_full_sync: false,
        };
        let bare = connection::open(&address).await.unwrap();
        Migrator::up(&bare, None).await.unwrap();
        pool::open(bare, &address).await.unwrap().1
    }

    const NOW: Timestamp = Timestamp(DateTime::UNIX_EPOCH);

    async fn person(db: &Pool, name: &str) -> UserId {
        let new = NewUser {
            username: name,
            username_key: name.to_owned(),
            email: None,
            hashed_password: Hashed(String::new()),
            nickname: None,
        };
        store::person::insert(db, new, NOW).await.unwrap().user_id
    }

    async fn ann_in_a_room(db: &Pool) -> (UserId, RoomId) {
        let ann = person(db, "ann").await;
        let room = store::room::insert(db, NewRoom::public("hall"), NOW).await.unwrap();
        store::room::member::insert(db, &room, &[(ann, Role::Member)], NOW).await.unwrap();
        (ann, room.chatroom_id)
    }

    #[tokio::test]
    async fn in_a_large_room_each_is_asked_about_once_and_a_change_is_seen() {
        let (db, roster) = (database().await, Roster::default());
        let (ann, room) = ann_in_a_room(&db).await;
        let row = store::room::find(&db, room).await.unwrap().unwrap();
        let mut crowd = Vec::new();
        for n in 0..1_000 {
            crowd.push((person(&db, &format!("p{n}")).await, Role::Member));
        }
        store::room::member::insert(&db, &row, &crowd, NOW).await.unwrap();
        let stranger = person(&db, "stranger").await;
        let role = async |it: UserId| roster.facts(&db, it, room).await.unwrap().role;
        assert_eq!(roster.size(&db, room).await.unwrap(), 1_001);
        assert_eq!((role(ann).await, role(stranger).await), (Some(Role::Member), None));
        store::room::member::delete(&db, room, ann).await.unwrap();
        store::room::member::insert(&db, &row, &[(stranger, Role::Admin)], NOW).await.unwrap();
        let both = (role(ann).await, role(stranger).await);
        assert_eq!(both, (Some(Role::Member), None), "neither is read a second time");
        roster.forget_room(room);
        assert_eq!((role(ann).await, role(stranger).await), (None, Some(Role::Admin)));
        // What a transaction sees of them is its own.
        let tx = db.begin().await.unwrap();
        let other = crowd[0].0;
        store::room::member::delete(&tx, room, other).await.unwrap();
        assert_eq!(roster.facts(&tx, other, room).await.unwrap().role, None);
        tx.rollback().await.unwrap();
        assert_eq!(role(other).await, Some(Role::Member));
    }

    #[tokio::test]
    async fn what_a_transaction_sees_is_remembered_for_nobody() {
        let (db, roster) = (database().await, Roster::default());
        let (ann, room) = ann_in_a_room(&db).await;
        let tx = db.begin().await.unwrap();
        tx.execute_unprepared("UPDATE users SET nickname = 'queen'").await.unwrap();
        tx.execute_unprepared("UPDATE participants SET role = 'owner'").await.unwrap();
        let card = roster.card(&tx, ann).await.unwrap();
        assert_eq!(card.nickname.as_deref(), Some("queen"), "it sees what it wrote itself");
        for facts in roster.facts_of_each(&tx, [(ann, room), (ann, room)].into_iter()).await {
            assert_eq!(facts.unwrap().role, Some(Role::Owner));
        }
        tx.rollback().await.unwrap();
        assert_eq!(roster.card(&db, ann).await.unwrap().nickname, None);
        assert_eq!(roster.facts(&db, ann, room).await.unwrap().role, Some(Role::Member));
        // From here on it is remembered, also for whoever reads through a transaction.
        db.execute_unprepared("UPDATE users SET nickname = 'queen'").await.unwrap();
        let tx = db.begin().await.unwrap();
        assert_eq!(roster.card(&tx, ann).await.unwrap().nickname, None);
        tx.rollback().await.unwrap();
    }
}
