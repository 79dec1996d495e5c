//! Passing on what somebody has said, with the name of who said it first.

use entity::{
    attachment,
    id::{FileId, MessageId, RoomId},
};
use uuid::Uuid;

use crate::{
    chat::{engine::handle::Chat, file::upload, message},
    model::{
        actor::Actor,
        allowance::{Allowance, Spender},
        error::{Error, Thing},
        message::{Draft, Message, Sent},
        text::link::Link,
    },
    store,
};

/// Says in a room what was said in the same or another one. Files get a second name, so that
/// deleting one of the two messages takes nothing from the other.
pub async fn forward(
    chat: &Chat,
    me: Actor,
    original: MessageId,
    room: RoomId,
    client_msg_id: Option<Uuid>,
) -> Result<Sent, Error> {
    let said = message::live(chat, me, original).await?;
    // Before files are copied for nothing. Whether it is still so is asked once more when the
    // message is stored.
    chat.roster.facts(&chat.db, me.id, room).await?.may_post()?;
    let files = share(chat, me, &said.files).await?;
    let ids: Vec<FileId> = files.iter().map(|it| it.file_id).collect();
    let sent = message::pass_on(chat, me, room, draft(&said, ids, client_msg_id), &said).await;
    // A repetition is answered with the files of the first time, so these are left over.
    if !matches!(sent, Ok(Sent { duplicate: false, .. })) {
        take_back(chat, files).await?;
    }
    sent
}

fn draft(said: &Message, files: Vec<FileId>, client_msg_id: Option<Uuid>) -> Draft {
    // The new file has another name, so what names the old one would lead to it.
    let is_address =
        said.files.iter().any(|it| said.row.content.trim_end().ends_with(&it.stored_name));
    Draft {
        content: if is_address { String::new() } else { said.row.content.clone() },
        kind: said.row.message_type,
        // What an earlier version took and this one would not goes no further.
        media_url: said.row.media_url.as_deref().and_then(link),
        client_msg_id,
        files,
        reply_to: None,
        sent_at: None,
    }
}

fn link(url: &str) -> Option<Link> {
    Link::parse("media_url", url, url.len()).ok().flatten()
}

/// The same files once more, as my own.
async fn share(
    chat: &Chat,
    me: Actor,
    files: &[attachment::Model],
) -> Result<Vec<attachment::Model>, Error> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    chat.limits.spend(Allowance::Upload, Spender::User(me.id))?;
    let mut room = upload::reserve(chat, me).await?;
    room.resize(files.iter().map(|it| it.size.unsigned_abs()).sum())?;
    room.settle();
    let mut shared = Vec::with_capacity(files.len());
    for file in files {
        match share_one(chat, me, file).await {
            Ok(file) => shared.push(file),
            Err(error) => {
                take_back(chat, shared).await?;
                return Err(error);
            }
        }
    }
    Ok(shared)
}

async fn share_one(
    chat: &Chat,
    me: Actor,
    file: &attachment::Model,
) -> Result<attachment::Model, Error> {
    let id = FileId(Uuid::new_v4());
    let extension = file.stored_name.rsplit_once('.').map_or("bin", |it| it.1);
    let row = attachment::Model {
        file_id: id,
        owner_id: Some(me.id),
        paired: false,
        chatroom_id: None,
        message_id: None,
        position: 0,
        stored_name: format!("{id}.{extension}"),
        created_at: chat.clock.now(),
        ..file.clone()
    };
    // The row first: a file without one would never go.
    store::file::insert(&chat.db, &row).await?;
    let Err(error) = chat.disk.share(&file.stored_name, &row.stored_name).await else {
        return Ok(row);
    };
    store::file::delete_all(&chat.db, &[id]).await?;
    // Deleted a moment ago, and its message with it.
    let is_gone = error.kind() == std::io::ErrorKind::NotFound;
    Err(if is_gone { Error::Missing(Thing::Message) } else { Error::disk(error) })
}

/// What was not sent after all.
async fn take_back(chat: &Chat, files: Vec<attachment::Model>) -> Result<(), Error> {
    if files.is_empty() {
        return Ok(());
    }
    let ids: Vec<FileId> = files.iter().map(|it| it.file_id).collect();
    chat.change(async |change| {
        let unsent = store::file::find_all(&change.db, &ids).await?;
        // An answer that was lost is no refusal: the message may be stored, and have them.
        let unsent: Vec<_> = unsent.into_iter().filter(|it| it.message_id.is_none()).collect();
        let names: Vec<String> = unsent.iter().map(|it| it.stored_name.clone()).collect();
        let ids: Vec<FileId> = unsent.iter().map(|it| it.file_id).collect();
        change.discard(names).await?;
        Ok(store::file::delete_all(&change.db, &ids).await?)
    })
    .await
}
