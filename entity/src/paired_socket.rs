//! Sockets without a credential that were paired with a session, and the rooms they are in, so
//! that one whose connection was lost has them again when it comes back.
use sea_orm::entity::prelude::*;

use crate::{id::SessionId, time::Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "paired_sockets")]
pub struct Model {
    /// Our own; the connection's is a secret and stands nowhere.
    #[sea_orm(primary_key, auto_increment = false)]
    pub socket_id: Uuid,
    pub session_id: SessionId,
    /// A digest of the client's address and user agent.
    pub client_hash: String,
    /// Their ids, one a line.
    pub rooms: String,
    /// Empty while it is there.
    pub lost_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
