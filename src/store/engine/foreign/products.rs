//! How the tables of the five originals are told from ours. Names and columns, nothing else.

/// A table, and the columns that it must have.
pub type Mark = (&'static str, &'static [&'static str]);

/// One of the systems whose clients are served here.
#[derive(Debug)]
pub struct Product {
    /// As its surface is called.
    pub name: &'static str,
    /// What every revision of it has, and no other has together.
    pub marks: &'static [Mark],
}

pub const PRODUCTS: [Product; 5] = [
    Product {
        name: "campus",
        marks: &[
            ("chatroomlist", &["id"]),
            ("chatroom_pivot", &["chatroom_id"]),
            ("messagereads", &["message_id"]),
        ],
    },
    // Its tables are called as ours are, so its columns must tell.
    Product {
        name: "chatroom",
        marks: &[("chatrooms", &["chatroom_name"]), ("messages", &["sender_id", "read_status"])],
    },
    Product {
        name: "chatsphere",
        marks: &[("conversations", &["other_user_id"]), ("messages", &["from_user_id"])],
    },
    Product {
        name: "discord",
        marks: &[("channels", &["server_id"]), ("user_servers", &["server_id"])],
    },
    Product {
        name: "swift",
        marks: &[("chat_rooms", &["name"]), ("messages", &["room_id", "sender_id"])],
    },
];

/// Tables of ours whose names others may use, too, with a column that ours have from the day
/// they are made. A table of that name without it is somebody else's.
pub const OURS: [Mark; 12] = [
    ("attachments", &["stored_name"]),
    ("blocks", &["blocked_id"]),
    ("chatrooms", &["last_seq"]),
    ("counters", &["value"]),
    ("friends", &["pair_key"]),
    ("invites", &["server_id"]),
    ("messages", &["seq"]),
    ("participants", &["joined_seq"]),
    ("reactions", &["emoji"]),
    ("servers", &["server_id"]),
    ("sessions", &["refresh_hash"]),
    ("users", &["username_key"]),
];

/// Those that are there before the first migration is written down as done: where every step
/// is committed by itself, a start that was cut off leaves them.
pub const FIRST: [&str; 2] = ["sessions", "users"];
