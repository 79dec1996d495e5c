//! People with every client at once: what they say on one surface, and what they hear on
//! each, read out of that surface's own frames.

use std::time::Duration;

use entity::id::RoomId;
use parlor::chat::room::number;
use serde_json::{Value, json};

use crate::support::{
    people::Person,
    server::Server,
    socketio::Socket,
    websocket::{End, Plain},
};

const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    Campus,
    Chatroom,
    ChatSphere,
    Discord,
    Native,
    Swift,
}

pub const ALL: [Surface; 6] = [
    Surface::Campus,
    Surface::Chatroom,
    Surface::ChatSphere,
    Surface::Discord,
    Surface::Native,
    Surface::Swift,
];

/// Those that show rooms which are not channels.
pub const BUT_DISCORD: [Surface; 5] =
    [Surface::Campus, Surface::Chatroom, Surface::ChatSphere, Surface::Native, Surface::Swift];

/// Somebody, by all that the surfaces call them.
pub struct Identity {
    pub person: Person,
    pub public_id: String,
}

/// A room, by all that one person's clients call it.
#[derive(Clone, Debug)]
pub struct RoomIds {
    pub uuid: String,
    pub number: i64,
    /// What it is called where there is nothing but channels.
    pub channel: Option<i64>,
    pub chat_type: String,
    pub chat_id: String,
}

/// A message as a client understands it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeardMessage {
    pub author: String,
    pub words: String,
}

/// One client of one person in one room.
pub struct RoomClient {
    pub surface: Surface,
    pub room: RoomIds,
    token: String,
    connection: Connection,
}

enum Connection {
    Plain(Plain),
    Socket(Socket),
}

impl Server {
    pub async fn identity(&self, name: &str) -> Identity {
        let person = self.person(name).await;
        let me = self.get("/auth/me", &person).await;
        Identity { public_id: me["data"]["id"].as_str().unwrap().to_owned(), person }
    }

    /// What each surface calls the room that it lists by this name. All must mean the same.
    pub async fn room_ids(&self, who: &Person, name: &str) -> RoomIds {
        let rooms = self.get("/message/get_rooms", who).await;
        let rooms = rooms["room_ids"].as_object().unwrap();
        let found: Vec<&String> =
            rooms.iter().filter(|it| it.1 == name).map(|(id, _)| id).collect();
        assert_eq!(found.len(), 1, "{name} in {rooms:?}");
        let uuid = found[0].clone();
        let one = async |path: &str, list: &str, fits: &dyn Fn(&Value) -> bool| {
            let answer = self.get(path, who).await;
            let all = if list.is_empty() { &answer } else { &answer[list] };
            let found: Vec<&Value> = all.as_array().unwrap().iter().filter(|it| fits(it)).collect();
            assert_eq!(found.len(), 1, "{name} at {path} in {answer}");
            found[0].clone()
        };
        let by_id = |it: &Value| it["chatroom_id"] == uuid.as_str();
        one("/v1/rooms", "items", &by_id).await;
        one("/chatrooms/", "", &by_id).await;
        let by_name = |it: &Value| it["name"] == name;
        let number = one("/api/rooms", "", &by_name).await["id"].as_i64().unwrap();
        let talk = one("/api/v1/conversations", "conversations", &by_name).await;
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        let (chat_type, chat_id) = (text(&talk["chat_type"]), text(&talk["chat_id"]));
        let channel = number::of_channel(&self.chat(), RoomId(uuid.parse().unwrap())).await.ok();
        RoomIds { uuid, number, channel, chat_type, chat_id }
    }

    /// A client in a room, greeted and ready to hear what comes.
    pub async fn client(&self, surface: Surface, who: &Person, room: &RoomIds) -> RoomClient {
        let token = who.token.clone();
        let connection = match surface {
            Surface::Campus => {
                Connection::Plain(self.plain_by_cookie("/message/online", &token).await)
            }
            Surface::ChatSphere => {
                let mut socket = self.plain_by_query("/ws", &token).await;
                assert_eq!(socket.hear().await["type"], "connection_established");
                Connection::Plain(socket)
            }
            Surface::Discord => {
                let path = format!("/ws/{}", room.channel.unwrap());
                Connection::Plain(self.plain_by_query(&path, &token).await)
            }
            Surface::Swift => {
                let path = format!("/ws/chat/{}", room.number);
                let mut socket = self.plain_by_query(&path, &token).await;
                let first = socket.hear().await;
                assert_eq!(
                    (&first["type"], &first["room_id"]),
                    (&json!("connected"), &json!(room.number))
                );
                Connection::Plain(socket)
            }
            Surface::Native => Connection::Socket(self.socket(who).await),
            Surface::Chatroom => {
                let auth = Some(json!({"token": token}));
                Connection::Socket(self.chatroom_connection(auth, &room.uuid).await)
            }
        };
        RoomClient { surface, room: room.clone(), token, connection }
    }

    /// As this product's client really is: without a word of who it is.
    pub async fn anonymous_client(&self, who: &Person, room: &RoomIds) -> RoomClient {
        let connection = Connection::Socket(self.chatroom_connection(None, &room.uuid).await);
        // It asks for the history right after joining, which says whose it is.
        self.get(&format!("/chatrooms/{}/messages?limit=50", room.uuid), who).await;
        RoomClient {
            surface: Surface::Chatroom,
            room: room.clone(),
            token: who.token.clone(),
            connection,
        }
    }

    async fn chatroom_connection(&self, auth: Option<Value>, room: &str) -> Socket {
        let mut socket = self.try_socket("/ws/socket.io/", auth, None).await.unwrap();
        assert_eq!(socket.ask("join_room", json!(room)).await, Value::Null);
        socket
    }

    /// What one finds in a room on this surface, oldest first.
    pub async fn history(&self, surface: Surface, who: &Person, room: &RoomIds) -> Vec<Value> {
        let list = |answer: Value, key: &str| match key {
            "" => answer.as_array().unwrap().clone(),
            key => answer[key].as_array().unwrap().clone(),
        };
        let RoomIds { uuid, number, channel, chat_type, chat_id } = room;
        match surface {
            Surface::Campus => {
                let mut socket = self.plain_by_cookie("/message/online", &who.token).await;
                let ask = json!({"action_type": "get_message", "chatroom_id": uuid, "limit": 100});
                socket.send(&ask).await;
                let mut all = list(socket.hear().await, "messages");
                all.reverse();
                all
            }
            Surface::Chatroom => {
                list(self.get(&format!("/chatrooms/{uuid}/messages?limit=100"), who).await, "")
            }
            Surface::ChatSphere => {
                let path = format!("/api/v1/messages/{chat_type}/{chat_id}?limit=100");
                list(self.get(&path, who).await, "messages")
            }
            Surface::Discord => {
                let path = format!("/channels/{}/messages?limit=100", channel.unwrap());
                let mut all = list(self.get(&path, who).await, "");
                all.reverse();
                all
            }
            Surface::Native => list(
                self.get(&format!("/v1/rooms/{uuid}/messages?limit=100"), who).await,
                "messages",
            ),
            Surface::Swift => list(self.get(&format!("/api/messages/{number}"), who).await, ""),
        }
    }
}

impl RoomClient {
    /// As this surface's client says something, all that it does for it included.
    pub async fn say(&mut self, server: &Server, words: &str) {
        let RoomIds { uuid, chat_type, chat_id, .. } = &self.room;
        let frame = match self.surface {
            Surface::Campus => {
                json!({"action_type": "send_message", "chatroom_id": uuid, "content": words})
            }
            Surface::ChatSphere => json!({"type": "send_message", "data":
                {"content": words, "chat_type": chat_type, "chat_id": chat_id}}),
            Surface::Discord => json!({"content": words}),
            Surface::Swift => json!({"type": "message", "content": words}),
            Surface::Native => json!({"chatroom_id": uuid, "content": words,
                "client_msg_id": uuid::Uuid::new_v4()}),
            Surface::Chatroom => json!({"chatroom_id": uuid, "content": words,
                "message_type": "text", "read_status": "unread", "sender_id": 0,
                "timestamp": "2026-11-20T23:50:03.123Z"}),
        };
        match (&mut self.connection, self.surface) {
            (Connection::Socket(socket), Surface::Chatroom) => {
                // It does everything twice.
                socket.emit("send_message", &frame).await;
                let request = server.http.post(server.url(&format!("/chatrooms/{uuid}/message")));
                let answer = request.bearer_auth(&self.token).json(&frame).send().await.unwrap();
                assert_eq!(answer.status(), 200);
            }
            (Connection::Socket(socket), _) => drop(socket.ok("message:send", frame).await),
            // The app sends its JSON as bytes.
            (Connection::Plain(socket), Surface::Swift) => {
                socket.send_binary(frame.to_string().as_bytes()).await;
            }
            (Connection::Plain(socket), _) => socket.send(&frame).await,
        }
    }

    /// The next message, in this surface's words. Where nothing but messages is ever said,
    /// the next frame must be one.
    pub async fn hear(&mut self) -> Value {
        match (&mut self.connection, self.surface) {
            (Connection::Socket(socket), Surface::Native) => {
                socket.hear("message:created").await["message"].clone()
            }
            (Connection::Socket(socket), _) => socket.hear("receive_message").await,
            (Connection::Plain(socket), Surface::Campus) => {
                let frame = socket.hear().await;
                assert_eq!(frame["type"], "message_list", "{frame}");
                assert_eq!(frame["chatroom_id"], self.room.uuid.as_str());
                assert_eq!(frame["messages"].as_array().unwrap().len(), 1);
                frame["messages"][0].clone()
            }
            (Connection::Plain(socket), Surface::Discord) => socket.hear().await,
            (Connection::Plain(socket), Surface::ChatSphere) => {
                socket.hear_where(|it| it["type"] == "message").await["data"].clone()
            }
            (Connection::Plain(socket), _) => socket.hear_where(|it| it["type"] == "message").await,
        }
    }

    /// What the next message says.
    pub async fn hear_words(&mut self) -> String {
        let frame = self.hear().await;
        frame[words_key(self.surface)].as_str().unwrap().to_owned()
    }

    /// The same for clients to which one message may be several, oldest first.
    pub async fn hear_all(&mut self) -> Vec<Value> {
        if self.surface != Surface::Campus {
            return vec![self.hear().await];
        }
        let frame = self.plain().hear().await;
        let newest_first = frame["messages"].as_array().unwrap().clone();
        newest_first.into_iter().rev().collect()
    }

    /// Asks something that is answered, so that whatever was said to this client before has
    /// arrived; all of it that was not taken.
    pub async fn all_so_far(&mut self) -> Vec<Value> {
        let surface = self.surface;
        match &mut self.connection {
            Connection::Socket(socket) => {
                socket.ask("nothing:known", json!({})).await;
                socket.so_far()
            }
            Connection::Plain(socket) => {
                let (ask, answer) = match surface {
                    Surface::ChatSphere => (json!({"type": "ping"}), "pong"),
                    _ => (json!([]), "error"),
                };
                socket.send(&ask).await;
                socket.hear_where(|it| it["type"] == answer || !it[answer].is_null()).await;
                socket.so_far()
            }
        }
    }

    /// How the line ends, and all that was said before that and not taken.
    pub async fn end(&mut self) -> (Option<End>, Vec<Value>) {
        match &mut self.connection {
            Connection::Plain(socket) => {
                let end = socket.end_within(PATIENCE).await;
                (Some(end), socket.so_far())
            }
            Connection::Socket(socket) => {
                assert!(socket.ended(PATIENCE).await, "{:?} goes on", self.surface);
                (None, socket.so_far())
            }
        }
    }

    pub fn plain(&mut self) -> &mut Plain {
        match &mut self.connection {
            Connection::Plain(socket) => socket,
            Connection::Socket(_) => panic!("{:?} speaks Socket.IO", self.surface),
        }
    }

    pub fn socket(&mut self) -> &mut Socket {
        match &mut self.connection {
            Connection::Socket(socket) => socket,
            Connection::Plain(_) => panic!("{:?} has a plain socket", self.surface),
        }
    }

    /// The room as the frame names it, and the message as this client would show it.
    pub fn read(&self, cast: &[&Identity], frame: &Value) -> HeardMessage {
        let room = &self.room;
        let expected = match self.surface {
            // Its frame was named around the message.
            Surface::Campus => None,
            Surface::Chatroom | Surface::Native => Some(("chatroom_id", json!(room.uuid))),
            Surface::ChatSphere => Some(("chat_id", json!(room.chat_id))),
            Surface::Discord => Some(("channel_id", json!(room.channel))),
            Surface::Swift => Some(("room_id", json!(room.number))),
        };
        if let Some((key, room)) = expected {
            assert_eq!(frame[key], room, "{:?}: {frame}", self.surface);
        }
        read(self.surface, cast, frame)
    }
}

/// Where a message of this surface says what it says.
fn words_key(surface: Surface) -> &'static str {
    if surface == Surface::Swift { "message" } else { "content" }
}

/// What a message of the history or of the line says, and who says it.
pub fn read(surface: Surface, cast: &[&Identity], frame: &Value) -> HeardMessage {
    let by = |fits: &dyn Fn(&Identity) -> bool| -> String {
        let author = cast.iter().find(|it| fits(it));
        author
            .unwrap_or_else(|| panic!("{surface:?}: nobody we know wrote {frame}"))
            .person
            .name
            .clone()
    };
    let words = |key: &str| frame[key].as_str().unwrap().to_owned();
    let (author, words) = match surface {
        Surface::Campus => {
            assert!(frame["id"].is_string() && frame["is_read"].is_boolean(), "{frame}");
            let author = by(&|it| frame["author_id"] == it.public_id.as_str());
            assert_eq!(frame["author_name"], author.as_str());
            (author, words("content"))
        }
        Surface::Chatroom => {
            assert_eq!(frame["user"]["username"], frame["user"]["userName"], "{frame}");
            (by(&|it| frame["user"]["id"] == it.person.id), words("content"))
        }
        Surface::ChatSphere => {
            (by(&|it| frame["from_user_id"] == it.public_id.as_str()), words("content"))
        }
        Surface::Discord => {
            let author = by(&|it| frame["author_id"] == it.person.id);
            assert_eq!(frame["author_username"], author.as_str());
            (author, words("content"))
        }
        Surface::Native => {
            let author = by(&|it| frame["sender_id"] == it.person.id);
            assert_eq!(frame["user"]["username"], author.as_str());
            (author, words("content"))
        }
        Surface::Swift => (by(&|it| frame["sender"] == it.person.name.as_str()), words("message")),
    };
    HeardMessage { author, words }
}
