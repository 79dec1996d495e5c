//! Whoever had the state before and hears what is announced has the state after: of every
//! operation there is, for the actor's other device, for others whom it concerns, and for a
//! stranger, who hears nothing.
//!
//! Each operation is a row of one of the tables, which are played as stories. Whoever adds an
//! operation adds a row: `operations` compares the tables with what the server offers.
mod copy;
mod listener;
mod messages;
mod operations;
mod own_settings;
mod people;
mod rooms;
mod servers;

use std::collections::{BTreeSet, HashMap};

use reqwest::{Method, multipart};
use serde_json::Value;

use crate::{
    support::files::png,
    support::{people::Person, server::Server, socketio::Socket},
};

use listener::Listener;

/// Something that somebody does, by one of the two doors.
struct Step {
    who: Who,
    /// An event, or a method and a path, in which `{}` stand for fields of what is said.
    operation: &'static str,
    with: fn(&Context) -> Value,
    /// What later rows call the answer.
    name: &'static str,
    /// Whoever is not told by intention, and finds it out by asking.
    untold: Option<Who>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Ann,
    Bob,
    Cat,
    /// A stranger, who does nothing.
    Dan,
}

const ALL: [Who; 4] = [Who::Ann, Who::Bob, Who::Cat, Who::Dan];

/// Whoever joins or leaves is told of that, too; and presence is told when it is told.
const IMPLIED: [&str; 3] = ["room:created", "room:deleted", "presence:changed"];

const fn step(who: Who, operation: &'static str, with: fn(&Context) -> Value) -> Step {
    Step { who, operation, with, name: "", untold: None }
}

impl Step {
    const fn called(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    const fn untold(self, who: Who) -> Self {
        Self { untold: Some(who), ..self }
    }
}

/// People, and what they were answered.
struct Context {
    people: Vec<Person>,
    answers: HashMap<&'static str, Value>,
}

impl Context {
    fn id(&self, who: Who) -> i64 {
        self.people[who as usize].id
    }

    fn message(&self, name: &str) -> Value {
        let answer = &self.answers[name];
        let message = if answer["message"].is_object() { &answer["message"] } else { answer };
        message["message_id"].clone()
    }

    fn room(&self, name: &str) -> Value {
        let answer = &self.answers[name];
        let room = if answer["chatroom"].is_object() { &answer["chatroom"] } else { answer };
        room["chatroom_id"].clone()
    }

    fn field(&self, name: &str, field: &str) -> Value {
        self.answers[name][field].clone()
    }
}

async fn play(server: &Server, steps: &[Step]) {
    let mut people = Vec::new();
    for name in ["ann", "bob", "cat", "dan"] {
        people.push(server.person(name).await);
    }
    let (mut sockets, mut listeners) = (Vec::new(), Vec::new());
    for (who, person) in ALL.iter().zip(&people) {
        sockets.push(server.socket(person).await);
        listeners.push(Listener::open(server, *who, person).await);
    }
    let mut context = Context { people, answers: HashMap::new() };
    for step in steps {
        let answer = context.carry_out(server, step, &mut sockets[step.who as usize]).await;
        context.answers.insert(step.name, answer);
        if step.operation == "DELETE /v1/me" {
            listeners.retain(|it| it.who != step.who);
        }
        for listener in &mut listeners {
            if step.untold == Some(listener.who) {
                listener.asks(server).await;
            } else {
                listener.knows(server, step.operation).await;
            }
        }
        let stranger = listeners.iter().find(|it| it.who == Who::Dan).unwrap();
        assert_eq!(stranger.heard, [""; 0], "a stranger hears of {}", step.operation);
    }
    // The proof is worth nothing where it would hold without any events.
    let heard: BTreeSet<&str> =
        listeners.iter().flat_map(|it| &it.heard).map(String::as_str).collect();
    let needed: BTreeSet<&str> =
        listeners.iter().flat_map(|it| &it.needed).map(String::as_str).chain(IMPLIED).collect();
    let idle: Vec<&&str> = heard.difference(&needed).collect();
    assert_eq!(idle, [&""; 0], "nobody would have missed these");
}

impl Context {
    async fn carry_out(&self, server: &Server, step: &Step, socket: &mut Socket) -> Value {
        let said = (step.with)(self);
        let Some((method, path)) = step.operation.split_once(' ') else {
            return socket.ok(step.operation, said).await;
        };
        let (mut path, mut body) = (path.to_owned(), said.as_object().unwrap().clone());
        for (name, value) in said.as_object().unwrap() {
            let place = format!("{{{name}}}");
            if path.contains(&place) {
                path = path.replace(&place, &value.to_string().replace('"', ""));
                body.remove(name);
            }
        }
        let (method, who): (Method, _) = (method.parse().unwrap(), &self.people[step.who as usize]);
        if body.remove("file").is_some() {
            let part = multipart::Part::bytes(png(8, 8)).file_name("cat.png");
            let request = server.http.request(method, server.url(&path)).bearer_auth(&who.token);
            let form = multipart::Form::new().part("file", part);
            let response = request.multipart(form).send().await.unwrap();
            return response.error_for_status().unwrap().json().await.unwrap();
        }
        let body = (!body.is_empty()).then_some(Value::Object(body));
        server.ok(method, &path, who, body).await
    }
}
