//! News of servers. Their channels are rooms, and are told of as rooms are: `room:created`
//! and its kin with a `server_id`, so that there is no `channel:created` beside them.
//!
//! Who comes and goes is told once to the whole server. Each channel tells of it too, as a
//! room: by that its `rev` rises, and a client that counts must not find a gap.

use serde_json::json;

use super::Relay;
use crate::{
    dialect::native::{
        payload::{
            room::role,
            server::{Server, ServerItem, ServerMember},
        },
        socket::NAMESPACES,
    },
    model::event::{Topic, server::ServerNews},
    wire::socketio::sockets,
};

impl Relay {
    pub(super) fn server(&self, to: Topic, news: &ServerNews) {
        match news {
            ServerNews::Created(item) => {
                self.move_in(item.server.owner_id, Topic::Server(item.server.server_id));
                self.tell(to, "server:created", &json!({"server": ServerItem::from(item)}));
            }
            ServerNews::Updated { server, members } => {
                // What somebody is on it differs, so it is not part of this.
                let server = Server::new(server, *members);
                self.tell(to, "server:updated", &json!({"server": server}));
            }
            ServerNews::Deleted(server) => {
                let data = json!({"server": {"server_id": server.0}});
                self.tell(to, "server:deleted", &data);
                // Not before they have heard of it.
                self.disband(Topic::Server(*server));
            }
            ServerNews::Joined { server, member, members } => {
                let user = member.card.id;
                self.move_in(user, Topic::Server(*server));
                let member = ServerMember::from(member);
                let data = json!({
                    "server_id": server.0,
                    "user_id": user.0,
                    "member": member,
                    "member_count": members,
                });
                self.tell(to, "server:member_joined", &data);
            }
            ServerNews::Left { server, user, members } => {
                let data =
                    json!({"server_id": server.0, "user_id": user.0, "member_count": members});
                self.tell(to, "server:member_left", &data);
                self.move_out(*user, Topic::Server(*server));
            }
            ServerNews::Ranked { server, user, role: given } => {
                let data = json!({"server_id": server.0, "user_id": user.0, "role": role(*given)});
                self.tell(to, "server:member_updated", &data);
            }
        }
    }

    fn disband(&self, topic: Topic) {
        for namespace in NAMESPACES {
            for socket in sockets(&self.io, namespace.path, topic) {
                socket.leave(topic.to_string());
            }
        }
    }
}
