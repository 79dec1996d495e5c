//! The old Vue client shows no credential with its socket and its uploads: whoever is let in
//! with it is bound to one person, and loses with them what they lose.
mod proxies;
mod restart;
mod sockets;
mod uploads;

use serde_json::json;

use crate::support::{
    people::Person,
    server::Server,
    socketio::{Refused, Socket},
};

/// The Vue client, open in somebody's browser.
struct VuePage<'a> {
    server: &'a Server,
    person: Person,
    agent: &'static str,
    socket: Socket,
}

impl Server {
    /// A socket that says nothing of who it is, with the headers of a proxy if there is one.
    async fn nameless_socket(
        &self,
        agent: Option<&'static str>,
        proxied: &[(&'static str, &str)],
    ) -> Result<Socket, Refused> {
        let agent = agent.map(|it| ("user-agent", it));
        let headers: Vec<_> = agent.into_iter().chain(proxied.iter().copied()).collect();
        self.try_socket_with("/ws/socket.io/", None, &headers).await
    }

    /// Asks for something as this person's browser does.
    async fn ask_as(&self, person: &Person, path: &str, headers: &[(&str, &str)]) -> u16 {
        let mut request = self.http.get(self.url(path)).bearer_auth(&person.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap().status().as_u16()
    }
}

impl<'a> VuePage<'a> {
    /// Its socket is opened before anything else.
    async fn new(server: &'a Server, person: &Person, agent: &'static str) -> Self {
        let socket = server.nameless_socket(Some(agent), &[]).await.unwrap();
        let page = Self { server, person: person.clone(), agent, socket };
        assert_eq!(page.get("/user/me").await, 200);
        page
    }

    /// Opens a chat: joins, and asks for the history right after.
    async fn open(&mut self, room: &str) {
        self.socket.emit("join_room", &json!(room)).await;
        // Whichever arrives first.
        assert_eq!(self.history(room).await, 200);
        // Events of one socket are worked off in order: when this is answered, the join is done.
        self.socket.ask("set_user_id", json!(self.person.id)).await;
    }

    async fn history(&self, room: &str) -> u16 {
        self.get(&format!("/chatrooms/{room}/messages?limit=50")).await
    }

    async fn get(&self, path: &str) -> u16 {
        self.server.ask_as(&self.person, path, &[("user-agent", self.agent)]).await
    }

    async fn hears(&mut self) -> String {
        let message = self.socket.hear("receive_message").await;
        message["content"].as_str().unwrap().to_owned()
    }

    async fn hear_until(&mut self, words: &str) {
        while self.hears().await != words {}
    }
}
