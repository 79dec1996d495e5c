//! Taking in files: streamed, limited while they arrive, named and typed by us.

mod intake;
mod sniff;
pub mod sweep;

use std::path::PathBuf;

use bytes::Bytes;
use entity::{
    attachment, avatar,
    id::{FileId, RoomId},
    message,
};
use futures_util::Stream;
use uuid::Uuid;

use crate::{
    chat::{engine::handle::Chat, file::quota::Reservation},
    model::{
        actor::{Actor, Uploader},
        allowance::{Allowance, Spender},
        error::{Ban, Error, Thing},
        file::{self, FileType},
        text::line,
    },
    store,
};

/// Which files are taken.
#[derive(Clone, Copy)]
pub enum FilePolicy {
    /// Those of a known type.
    Known,
    Pictures,
    /// Any bytes. Those of no known type are only ever handed out as they came, to be saved.
    Anything,
    /// The same, unless the name promises a picture and the bytes are none.
    NameMustMatch,
}

impl FilePolicy {
    fn kind(self, head: &[u8], name: &str) -> Result<FileType, Error> {
        let known = sniff::kind(head);
        let is_picture = known.is_some_and(|it| it.shown_as == message::Type::Image);
        let is_welcome = match self {
            Self::Known => known.is_some(),
            Self::Pictures => is_picture,
            Self::Anything => true,
            Self::NameMustMatch => known.is_some() || !file::promises_a_picture(name),
        };
        let kind = || known.unwrap_or_else(|| file::unknown(name));
        is_welcome.then(kind).ok_or(Error::Unsupported)
    }
}

/// Takes a file that is going to be sent with a message.
pub async fn message_file<S, E>(
    chat: &Chat,
    uploader: Uploader,
    name: &str,
    bytes: S,
    policy: FilePolicy,
) -> Result<attachment::Model, Error>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::error::Error + Send + Sync + 'static,
{
    chat.limits.spend(Allowance::Upload, Spender::User(uploader.me.id))?;
    let mut room = reserve(chat, uploader.me).await?;
    let id = FileId(Uuid::new_v4());
    let mut draft = chat.disk.draft(&id.to_string()).await.map_err(Error::disk)?;
    let limit = chat.rules.max_upload_bytes;
    let head = intake::receive(bytes, limit, &mut room, &mut draft).await?;
    let kind = policy.kind(&head, name)?;
    let mut dimensions = None;
    if kind.shown_as == message::Type::Image {
        let is_silenced = chat.rules.strip_positions;
        let (received, size) = chat.pictures.receive(draft, kind, is_silenced).await?;
        (draft, dimensions) = (received, Some(size));
    }
    let size = draft.size().await.map_err(Error::disk)?;
    // Without what was said in it, it may be shorter than what has arrived.
    room.resize(size)?;
    let stored_name = format!("{id}.{}", kind.extension);
    let row = attachment::Model {
        file_id: id,
        owner_id: Some(uploader.me.id),
        paired: uploader.paired,
        chatroom_id: None,
        message_id: None,
        position: 0,
        name: display_name(name, &stored_name),
        stored_name,
        mime: kind.mime.to_owned(),
        size: i64::try_from(size).unwrap_or(i64::MAX),
        width: dimensions.and_then(|it| i32::try_from(it.0).ok()),
        height: dimensions.and_then(|it| i32::try_from(it.1).ok()),
        created_at: chat.clock.now(),
    };
    room.settle();
    // The row first: a file without one would never go.
    store::file::insert(&chat.db, &row).await?;
    if let Err(error) = draft.keep(&chat.disk.message_path(&row.stored_name)).await {
        store::file::delete_all(&chat.db, &[id]).await?;
        return Err(Error::disk(error));
    }
    Ok(row)
}

/// Takes a portrait, and returns its stored name. What is stored is our own encoding, so
/// that no metadata and no foreign bytes survive. It goes after a while if nobody puts it on.
pub async fn avatar<S, E>(chat: &Chat, uploader: Uploader, bytes: S) -> Result<String, Error>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::error::Error + Send + Sync + 'static,
{
    chat.limits.spend(Allowance::Upload, Spender::User(uploader.me.id))?;
    let mut room = reserve(chat, uploader.me).await?;
    let id = Uuid::new_v4().to_string();
    let mut draft = chat.disk.avatar_draft(&id).await.map_err(Error::disk)?;
    let limit = chat.rules.max_avatar_bytes;
    let head = intake::receive(bytes, limit, &mut room, &mut draft).await?;
    let kind = sniff::kind(&head).filter(|it| it.shown_as == message::Type::Image);
    let (draft, extension) = chat.pictures.portrait(draft, kind.ok_or(Error::Unsupported)?).await?;
    let size = draft.size().await.map_err(Error::disk)?;
    // Encoded anew, it may be longer than what has arrived.
    room.resize(size)?;
    let row = avatar::Model {
        stored_name: format!("{id}.{extension}"),
        owner_id: uploader.me.id,
        size: i64::try_from(size).unwrap_or(i64::MAX),
        is_worn: false,
        paired: uploader.paired,
        created_at: chat.clock.now(),
    };
    room.settle();
    store::file::avatar::insert(&chat.db, &row).await?;
    if let Err(error) = draft.keep(&chat.disk.avatar_path(&row.stored_name)).await {
        store::file::avatar::delete(&chat.db, &[row.stored_name]).await?;
        return Err(Error::disk(error));
    }
    Ok(row.stored_name)
}

/// A file, for its owner and for the members of the room it was sent to.
pub async fn find(chat: &Chat, me: Actor, file: FileId) -> Result<attachment::Model, Error> {
    let row = store::file::find(&chat.db, file).await?.ok_or(Error::Missing(Thing::File))?;
    if row.owner_id == Some(me.id) || reads(chat, me, row.chatroom_id).await? {
        return Ok(row);
    }
    Err(Error::Forbidden(Ban::NotMember))
}

/// A file by the name it is stored under, for clients that fetch files without saying who
/// they are: whoever knows the name, which cannot be guessed, may have it.
pub async fn by_stored_name(chat: &Chat, name: &str) -> Result<attachment::Model, Error> {
    let row = store::file::by_stored_name(&chat.db, name).await?;
    row.ok_or(Error::Missing(Thing::File))
}

/// The file that is stored under this name, if I may still send it: nobody else's, and no
/// message has it yet. One that was uploaded without a credential becomes mine: of several
/// people at one client, the one who came last need not be the one who uploaded it.
pub async fn sendable(chat: &Chat, me: Actor, name: &str) -> Result<Option<FileId>, Error> {
    let row = store::file::by_stored_name(&chat.db, name).await?;
    let Some(row) = row.filter(|it| it.message_id.is_none()) else { return Ok(None) };
    let is_mine = row.owner_id == Some(me.id) || adopt(chat, me, &row).await?;
    Ok(is_mine.then_some(row.file_id))
}

/// Makes a file mine that came without a credential, if I have room for it.
async fn adopt(chat: &Chat, me: Actor, file: &attachment::Model) -> Result<bool, Error> {
    if file.owner_id.is_some() && !file.paired {
        return Ok(false);
    }
    let mut room = reserve(chat, me).await?;
    room.resize(file.size.unsigned_abs())?;
    let is_mine = store::file::give(&chat.db, file.file_id, me.id).await?;
    if is_mine {
        room.settle();
    }
    Ok(is_mine)
}

/// Where on the disk it is, for whoever hands it out.
pub fn path(chat: &Chat, file: &attachment::Model) -> PathBuf {
    chat.disk.message_path(&file.stored_name)
}

/// Whether I may still send this file: it is mine, and no message has it yet.
pub fn is_unsent(me: Actor, file: &attachment::Model) -> bool {
    file.owner_id == Some(me.id) && file.message_id.is_none()
}

/// What its owner wants a file to be called that has not been sent yet.
pub async fn rename(
    chat: &Chat,
    me: Actor,
    file: &attachment::Model,
    name: &str,
) -> Result<(), Error> {
    if !is_unsent(me, file) {
        return Err(Error::Missing(Thing::File));
    }
    let name = display_name(name, &file.name);
    if name != file.name {
        store::file::rename(&chat.db, file.file_id, name).await?;
    }
    Ok(())
}

async fn reads(chat: &Chat, me: Actor, room: Option<RoomId>) -> Result<bool, Error> {
    let Some(room) = room else { return Ok(false) };
    Ok(chat.roster.facts(&chat.db, me.id, room).await?.may_read().is_ok())
}

/// Room for what this person is about to store.
pub(in crate::chat) async fn reserve(chat: &Chat, me: Actor) -> Result<Reservation, Error> {
    chat.quotas.open(&chat.db, me.id, chat.rules.quota_bytes).await
}

/// What people see: the client's name, without paths and control characters.
fn display_name(name: &str, otherwise: &str) -> String {
    // Both signs, because clients send paths of their own system and not of the server's.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|it| !it.is_control()).take(200).collect();
    match line("name", &name, 200) {
        Ok(name) if !name.is_empty() => name,
        _ => otherwise.to_owned(),
    }
}
