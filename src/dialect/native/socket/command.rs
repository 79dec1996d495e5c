//! What a client may ask for: its events, and what each takes.

use entity::{
    id::{FileId, MessageId, RoomId, UserId},
    message,
    participant::Role,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    dialect::native::payload,
    model::{
        limit::Allowance, new_room::AnyRoomDraft, page::Window, person::presence::Mood,
        room::SettingsChange, search::Wanted, sync::Held,
    },
    wire::fields::{self, Fields, Issue, Shape},
};

pub(super) const EVENTS: [&str; 34] = [
    "sync",
    "auth:refresh",
    "message:send",
    "message:list",
    "message:edit",
    "message:delete",
    "message:pin",
    "message:unpin",
    "message:forward",
    "message:read",
    "message:delivered",
    "reaction:add",
    "reaction:remove",
    "message:receipts",
    "message:search",
    "typing:start",
    "typing:stop",
    "room:create",
    "room:update",
    "room:add_members",
    "room:remove_member",
    "room:leave",
    "room:settings",
    "room:draft",
    "friend:request",
    "friend:accept",
    "friend:reject",
    "friend:cancel",
    "friend:remove",
    "user:block",
    "user:unblock",
    "presence:set",
    "presence:subscribe",
    "presence:unsubscribe",
];

/// What an event costs, also one that there is not. What costs more is spent for by whoever
/// does it, for all surfaces.
pub(super) fn allowance(event: &str) -> Allowance {
    match event {
        "typing:start" | "typing:stop" => Allowance::Typing,
        "message:read" | "message:delivered" => Allowance::Receipt,
        _ => Allowance::Event,
    }
}

/// What is done to a message that is there.
pub(super) enum Touch {
    Edit { message: MessageId, content: String },
    Delete(MessageId),
    Pin(MessageId),
    Unpin(MessageId),
    Forward { message: MessageId, room: RoomId, client_msg_id: Option<Uuid> },
    React { message: MessageId, emoji: String },
    TakeBack { message: MessageId, emoji: String },
    Receipts(MessageId),
}

pub(super) enum Command {
    Sync(Held),
    Refresh(String),
    Send(Words),
    List { room: RoomId, window: Window, limit: Option<i64> },
    Touch(Touch),
    Read { room: RoomId, seq: Option<i64> },
    Delivered { room: RoomId, seq: i64 },
    Search(Box<Wanted>),
    StartTyping(RoomId),
    StopTyping(RoomId),
    CreateRoom(AnyRoomDraft),
    UpdateRoom { room: RoomId, name: Option<String>, description: Option<String> },
    AddMembers { room: RoomId, users: Vec<UserId> },
    RemoveMember { room: RoomId, user: UserId },
    SetRole { room: RoomId, user: UserId, role: Role },
    LeaveRoom(RoomId),
    SetUp { room: RoomId, change: SettingsChange },
    Draft { room: RoomId, text: String },
    Befriend(Who),
    Accept(UserId),
    Reject(UserId),
    Cancel(UserId),
    Unfriend(UserId),
    Block(UserId),
    Unblock(UserId),
    SetPresence { mood: Mood, status_text: Option<String> },
    Subscribe(Vec<UserId>),
    Unsubscribe(Vec<UserId>),
}

/// What is said with `message:send`.
pub(super) struct Words {
    pub room: RoomId,
    pub client_msg_id: Option<Uuid>,
    pub kind: Option<message::Type>,
    pub content: Option<String>,
    pub files: Vec<FileId>,
    pub media_url: Option<String>,
    pub reply_to: Option<MessageId>,
}

/// A person may be named in three ways.
pub(super) enum Who {
    Id(UserId),
    Username(String),
    Email(String),
}

impl Command {
    /// The command of an event, or everything that is wrong with its payload.
    pub(super) fn parse(event: &str, payload: &Value) -> Result<Self, Vec<Issue>> {
        let read: fn(&mut Fields<'_>) -> Option<Self> = match event {
            "sync" => |it| Held::read(it).map(Self::Sync),
            "auth:refresh" => refresh,
            "message:send" => |it| Words::read(it).map(Self::Send),
            "message:list" => list,
            "message:edit" => edit,
            "message:delete" => |it| message_only(it).map(Touch::Delete).map(Self::Touch),
            "message:pin" => |it| message_only(it).map(Touch::Pin).map(Self::Touch),
            "message:unpin" => |it| message_only(it).map(Touch::Unpin).map(Self::Touch),
            "message:forward" => forward,
            "message:read" => read,
            "message:delivered" => delivered,
            "reaction:add" => |it| reaction(it, |message, emoji| Touch::React { message, emoji }),
            "reaction:remove" => {
                |it| reaction(it, |message, emoji| Touch::TakeBack { message, emoji })
            }
            "message:receipts" => |it| message_only(it).map(Touch::Receipts).map(Self::Touch),
            "message:search" => |it| Wanted::read(it).map(|it| Self::Search(Box::new(it))),
            "typing:start" => |it| room_only(it).map(Self::StartTyping),
            "typing:stop" => |it| room_only(it).map(Self::StopTyping),
            "room:create" => |it| AnyRoomDraft::read(it).map(Self::CreateRoom),
            "room:update" => update_room,
            "room:add_members" => add_members,
            "room:remove_member" => remove_member,
            "room:leave" => |it| room_only(it).map(Self::LeaveRoom),
            "room:settings" => set_up,
            "room:draft" => draft,
            "friend:request" => |it| Who::read(it).map(Self::Befriend),
            "friend:accept" => |it| user_only(it).map(Self::Accept),
            "friend:reject" => |it| user_only(it).map(Self::Reject),
            "friend:cancel" => |it| user_only(it).map(Self::Cancel),
            "friend:remove" => |it| user_only(it).map(Self::Unfriend),
            "user:block" => |it| user_only(it).map(Self::Block),
            "user:unblock" => |it| user_only(it).map(Self::Unblock),
            "presence:set" => set_presence,
            "presence:subscribe" => |it| users_only(it).map(Self::Subscribe),
            "presence:unsubscribe" => |it| users_only(it).map(Self::Unsubscribe),
            _ => |_| None,
        };
        fields::read_strictly(payload, read)
    }
}

impl Shape for Words {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let room = in_room(fields);
        let client_msg_id = fields.uuid_opt("client_msg_id");
        let kind = fields.one_of_opt("message_type", payload::message::KINDS);
        let content = fields.text_opt("content");
        let files = fields.uuid_list_opt("attachment_ids");
        let media_url = fields.text_opt("media_url");
        let reply_to = fields.int_opt("reply_to_id");
        fields.only(&[
            "chatroom_id",
            "client_msg_id",
            "message_type",
            "content",
            "attachment_ids",
            "media_url",
            "reply_to_id",
        ]);
        Some(Self {
            room: room?,
            client_msg_id: client_msg_id?,
            kind: kind?,
            content: content?,
            files: files?.unwrap_or_default().into_iter().map(FileId).collect(),
            media_url: media_url?,
            reply_to: reply_to?.map(MessageId),
        })
    }
}

impl Shape for Who {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let id = fields.int_opt("user_id");
        let (username, email) = (fields.text_opt("username"), fields.text_opt("email"));
        fields.only(&["user_id", "username", "email"]);
        match (id?, username?, email?) {
            (Some(id), _, _) => Some(Self::Id(UserId(id))),
            (None, Some(username), _) => Some(Self::Username(username)),
            (None, None, Some(email)) => Some(Self::Email(email)),
            (None, None, None) => {
                fields.refuse("user_id", "user_id, username or email is required");
                None
            }
        }
    }
}

const MOODS: [(&str, Mood); 4] = [
    ("online", Mood::Online),
    ("idle", Mood::Idle),
    ("dnd", Mood::DoNotDisturb),
    ("invisible", Mood::Invisible),
];

fn in_room(fields: &mut Fields<'_>) -> Option<RoomId> {
    fields.uuid("chatroom_id").map(RoomId)
}

fn ids(numbers: Vec<i64>) -> Vec<UserId> {
    numbers.into_iter().map(UserId).collect()
}

fn room_only(fields: &mut Fields<'_>) -> Option<RoomId> {
    let room = in_room(fields);
    fields.only(&["chatroom_id"]);
    room
}

fn message_only(fields: &mut Fields<'_>) -> Option<MessageId> {
    let message = fields.int("message_id");
    fields.only(&["message_id"]);
    message.map(MessageId)
}

fn edit(fields: &mut Fields<'_>) -> Option<Command> {
    let (message, content) = (fields.int("message_id"), fields.text("content"));
    fields.only(&["message_id", "content"]);
    Some(Command::Touch(Touch::Edit { message: MessageId(message?), content: content? }))
}

fn forward(fields: &mut Fields<'_>) -> Option<Command> {
    let (message, room) = (fields.int("message_id"), in_room(fields));
    let client_msg_id = fields.uuid_opt("client_msg_id");
    fields.only(&["message_id", "chatroom_id", "client_msg_id"]);
    let message = MessageId(message?);
    Some(Command::Touch(Touch::Forward { message, room: room?, client_msg_id: client_msg_id? }))
}

fn reaction(
    fields: &mut Fields<'_>,
    touch: impl FnOnce(MessageId, String) -> Touch,
) -> Option<Command> {
    let (message, emoji) = (fields.int("message_id"), fields.text("emoji"));
    fields.only(&["message_id", "emoji"]);
    Some(Command::Touch(touch(MessageId(message?), emoji?)))
}

fn user_only(fields: &mut Fields<'_>) -> Option<UserId> {
    let user = fields.int("user_id");
    fields.only(&["user_id"]);
    user.map(UserId)
}

fn users_only(fields: &mut Fields<'_>) -> Option<Vec<UserId>> {
    let users = fields.int_list("user_ids");
    fields.only(&["user_ids"]);
    users.map(ids)
}

fn read(fields: &mut Fields<'_>) -> Option<Command> {
    let (room, seq) = (in_room(fields), fields.int_opt("seq"));
    fields.only(&["chatroom_id", "seq"]);
    Some(Command::Read { room: room?, seq: seq? })
}

fn delivered(fields: &mut Fields<'_>) -> Option<Command> {
    let (room, seq) = (in_room(fields), fields.int("seq"));
    fields.only(&["chatroom_id", "seq"]);
    Some(Command::Delivered { room: room?, seq: seq? })
}

fn refresh(fields: &mut Fields<'_>) -> Option<Command> {
    let token = fields.text("token");
    fields.only(&["token"]);
    token.map(Command::Refresh)
}

fn set_up(fields: &mut Fields<'_>) -> Option<Command> {
    let (room, change) = (in_room(fields), payload::room::settings_change(fields));
    let settings = ["muted_until", "pinned", "hidden", "marked_unread", "cleared_seq"];
    fields.only(&[["chatroom_id"].as_slice(), &settings].concat());
    Some(Command::SetUp { room: room?, change: change? })
}

fn draft(fields: &mut Fields<'_>) -> Option<Command> {
    let (room, text) = (in_room(fields), fields.text("text"));
    fields.only(&["chatroom_id", "text"]);
    Some(Command::Draft { room: room?, text: text? })
}

fn add_members(fields: &mut Fields<'_>) -> Option<Command> {
    let (room, users) = (in_room(fields), fields.int_list("user_ids"));
    fields.only(&["chatroom_id", "user_ids"]);
    Some(Command::AddMembers { room: room?, users: ids(users?) })
}

fn remove_member(fields: &mut Fields<'_>) -> Option<Command> {
    let (room, user) = (in_room(fields), fields.int("user_id"));
    fields.only(&["chatroom_id", "user_id"]);
    Some(Command::RemoveMember { room: room?, user: UserId(user?) })
}

fn list(fields: &mut Fields<'_>) -> Option<Command> {
    let room = in_room(fields);
    let (before, after) = (fields.int_opt("before_seq"), fields.int_opt("after_seq"));
    let (around, limit) = (fields.int_opt("around_seq"), fields.int_opt("limit"));
    fields.only(&["chatroom_id", "before_seq", "after_seq", "around_seq", "limit"]);
    let window = match (before?, after?, around?) {
        (None, None, None) => Window::Newest,
        (Some(seq), None, None) => Window::Before(seq),
        (None, Some(seq), None) => Window::After(seq),
        (None, None, Some(seq)) => Window::Around(seq),
        _ => {
            fields
                .refuse("before_seq", "only one of before_seq, after_seq and around_seq is taken");
            return None;
        }
    };
    let limit = limit?;
    if limit.is_some_and(|it| !(1..=100).contains(&it)) {
        fields.refuse("limit", "must be from 1 to 100");
        return None;
    }
    Some(Command::List { room: room?, window, limit })
}

fn update_room(fields: &mut Fields<'_>) -> Option<Command> {
    let room = in_room(fields);
    let (name, description) = (fields.text_opt("chatroom_name"), fields.text_opt("description"));
    let user = fields.int_opt("user_id");
    let role = fields.one_of_opt("role", &payload::room::ROLES);
    fields.only(&["chatroom_id", "chatroom_name", "description", "user_id", "role"]);
    match (user?, role?) {
        (Some(user), Some(role)) => {
            Some(Command::SetRole { room: room?, user: UserId(user), role })
        }
        _ => Some(Command::UpdateRoom { room: room?, name: name?, description: description? }),
    }
}

fn set_presence(fields: &mut Fields<'_>) -> Option<Command> {
    let mood = fields.one_of("state", &MOODS);
    let status_text = fields.text_opt("status_text");
    fields.only(&["state", "status_text"]);
    Some(Command::SetPresence { mood: mood?, status_text: status_text? })
}
