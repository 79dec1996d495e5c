//! The real server, its people, and the truth beside them.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    step::{Action, DEVICES, Step},
    truth::{ModelRoom, Truth},
};
use crate::support::{device::Device, mirror::MirrorMessage, people::Person, server::Server};

struct ModelRun<'a> {
    server: &'a Server,
    people: Vec<Person>,
    devices: Vec<Device>,
    rooms: Vec<String>,
    truth: Truth,
    /// What each person sent last, as it was sent.
    last: Vec<Option<(Value, i64)>>,
    words: usize,
}

/// Lives through these steps; panics where the server and the truth part.
pub async fn run(server: &Server, steps: &[Step]) {
    let mut run = ModelRun::new(server).await;
    for step in steps {
        run.take_step(step).await;
    }
    for device in &mut run.devices {
        device.connect(server).await;
    }
    run.look().await;
    for person in &run.people {
        let mut new = Device::new(person);
        new.sync_by_rest(server).await;
        new.shows(&run.truth.seen_by(person.id)).await;
    }
    for device in &run.devices {
        assert_eq!(device.gaps, 0, "{} missed something while connected", device.person.name);
    }
}

impl<'a> ModelRun<'a> {
    async fn new(server: &'a Server) -> Self {
        let unique = Uuid::new_v4().simple().to_string();
        let mut people = Vec::new();
        let mut devices = Vec::new();
        for n in 0..DEVICES / 2 {
            let person = server.person(&format!("p{n}_{}", &unique[..12])).await;
            devices.push(Device::new(&server.again(&person).await));
            devices.push(Device::new(&person));
            people.push(person);
        }
        for device in &mut devices {
            device.connect(server).await;
        }
        let [a, b, c] = [&people[0], &people[1], &people[2]];
        let made = [
            (server.group(a, &[b, c]).await, vec![a, b, c], false),
            (server.group(b, &[a]).await, vec![a, b], false),
            (server.direct_room(a, c).await, vec![a, c], true),
        ];
        let mut truth = Truth::default();
        let rooms = made.iter().map(|it| it.0.clone()).collect();
        for (room, members, is_direct) in made {
            let name = (!is_direct).then(|| "the group".to_owned());
            let mut model = ModelRoom { name, ..ModelRoom::default() };
            for member in members {
                model.enter(member.id);
                if is_direct {
                    model.pair.insert(member.id);
                }
            }
            truth.rooms.insert(room, model);
        }
        let last = vec![None; people.len()];
        Self { server, people, devices, rooms, truth, last, words: 0 }
    }

    async fn take_step(&mut self, step: &Step) {
        match &step.action {
            Action::Cut => self.devices[step.device].lose_connection(),
            Action::Connect => self.devices[step.device].connect(self.server).await,
            Action::Look => self.look().await,
            action => self.act(step, action).await,
        }
    }

    /// Everybody who is connected sees the truth, and everybody's list counts right.
    async fn look(&mut self) {
        for device in &mut self.devices {
            if device.socket.is_some() {
                device.shows(&self.truth.seen_by(device.person.id)).await;
            }
        }
        for person in &self.people {
            let list = self.server.get("/v1/rooms?limit=100", person).await;
            let rooms = self.truth.seen_by(person.id);
            assert_eq!(list["items"].as_array().unwrap().len(), rooms.len(), "{list}");
            for item in list["items"].as_array().unwrap() {
                let room = &rooms[item["chatroom_id"].as_str().unwrap()];
                assert_eq!(item["unread_count"], room.unread(person.id), "{item}");
            }
        }
    }

    async fn act(&mut self, step: &Step, action: &Action) {
        let who = step.device / 2;
        let me = self.people[who].id;
        let room = self.rooms[step.room % self.rooms.len()].clone();
        let model = &self.truth.rooms[&room];
        let is_member = model.members.contains(&me);
        let may_post = self.truth.may_post(&room, me);
        let message =
            model.messages.iter().rev().nth(step.back % model.messages.len().max(1)).cloned();
        match action {
            Action::Say => self.say(step, &room, None, may_post).await,
            Action::Reply => {
                let Some(message) = message.filter(|it| !it.deleted) else { return };
                self.say(step, &room, Some(message.id), may_post).await;
            }
            Action::Repeat => {
                let Some((payload, id)) = self.last[who].clone() else { return };
                if let Some(Ok(sent)) = self.ask(step, "message:send", payload).await {
                    assert_eq!(sent["duplicate"], true, "{sent}");
                    assert_eq!(sent["message"]["message_id"], id, "{sent}");
                }
            }
            Action::Read => {
                let seq = (model.last() - i64::try_from(step.back).unwrap()).max(0);
                let payload = json!({"chatroom_id": room, "seq": seq});
                let Some(answer) = self.ask(step, "message:read", payload).await else { return };
                assert_eq!(answer.is_ok(), is_member, "{answer:?}");
                if is_member {
                    self.room_model(&room).has_read(me, seq);
                }
            }
            Action::Invite(_)
            | Action::Leave
            | Action::Rename
            | Action::Block(_)
            | Action::Unblock(_) => {
                self.act_on_room(step, &room, is_member).await;
            }
            _ => {
                let Some(message) = message else { return };
                self.act_on_message(step, &room, message, is_member, may_post).await;
            }
        }
    }

    async fn say(&mut self, step: &Step, room: &str, reply_to: Option<i64>, may_post: bool) {
        self.words += 1;
        let words = format!("words {}", self.words);
        let mut payload =
            json!({"chatroom_id": room, "content": words, "client_msg_id": Uuid::new_v4()});
        if let Some(id) = reply_to {
            payload["reply_to_id"] = id.into();
        }
        let Some(sent) = self.ask(step, "message:send", payload.clone()).await else { return };
        assert_eq!(sent.is_ok(), may_post, "{sent:?}");
        let Ok(sent) = sent else { return };
        let who = step.device / 2;
        let id = sent["message"]["message_id"].as_i64().unwrap();
        let me = self.people[who].id;
        let seq = self.room_model(room).say(id, me, &words, reply_to);
        assert_eq!(sent["message"]["seq"], seq, "{sent}");
        self.last[who] = Some((payload, id));
    }

    /// What is done to a message that is there.
    async fn act_on_message(
        &mut self,
        step: &Step,
        room: &str,
        message: MirrorMessage,
        is_member: bool,
        may_post: bool,
    ) {
        self.words += 1;
        let words = format!("other words {}", self.words);
        let (event, payload, expected) =
            self.request_of(step, &message, &words, is_member, may_post);
        let Some(answer) = self.ask(step, event, payload).await else { return };
        // What one has deleted for oneself is not there.
        let me = self.people[step.device / 2].id;
        let is_shown = self.truth.rooms[room].shows(me, message.id);
        if let Some(expected) = expected.map(|it| it && is_shown) {
            assert_eq!(answer.is_ok(), expected, "{event}: {answer:?}");
        }
        if answer.is_ok() {
            self.record(step, room, message.id, words);
        }
    }

    /// How it is said, and whether it must work: `None` where only the server's policy knows.
    fn request_of(
        &self,
        step: &Step,
        message: &MirrorMessage,
        words: &str,
        is_member: bool,
        may_post: bool,
    ) -> (&'static str, Value, Option<bool>) {
        let me = self.people[step.device / 2].id;
        let mine = message.sender == me;
        let mut payload = json!({"message_id": message.id});
        let (event, expected) = match &step.action {
            Action::Edit => {
                payload["content"] = words.into();
                let expected = match (mine && !message.deleted, is_member) {
                    (true, true) => may_post.then_some(true),
                    _ => Some(false),
                };
                ("message:edit", expected)
            }
            Action::Delete if !is_member => ("message:delete", Some(false)),
            Action::Delete => ("message:delete", mine.then_some(true)),
            Action::React(emoji) => {
                payload["emoji"] = (*emoji).into();
                ("reaction:add", Some(may_post && !message.deleted))
            }
            Action::Unreact(emoji) => {
                payload["emoji"] = (*emoji).into();
                let there = message.reactions.get(*emoji).is_some_and(|it| it.contains(&me));
                ("reaction:remove", Some(is_member && there))
            }
            Action::Pin if message.deleted || !is_member => ("message:pin", Some(false)),
            Action::Pin => ("message:pin", None),
            Action::Unpin if !is_member => ("message:unpin", Some(false)),
            Action::Unpin => ("message:unpin", None),
            other => panic!("{other:?} is not done to a message"),
        };
        (event, payload, expected)
    }

    /// It was done, so it is the truth now.
    fn record(&mut self, step: &Step, room: &str, message: i64, words: String) {
        let me = self.people[step.device / 2].id;
        let message = self.room_model(room).message(message);
        match &step.action {
            Action::Edit => (message.content, message.edited) = (words, true),
            Action::Delete => {
                let (id, sender) = (message.id, message.sender);
                *message = MirrorMessage { id, sender, deleted: true, ..MirrorMessage::default() };
            }
            Action::React(emoji) => {
                message.reactions.entry((*emoji).to_owned()).or_default().insert(me);
            }
            Action::Unreact(emoji) => {
                message.reactions.entry((*emoji).to_owned()).or_default().remove(&me);
                message.reactions.retain(|_, people| !people.is_empty());
            }
            Action::Pin => message.pinned = !message.deleted,
            Action::Unpin => message.pinned = false,
            other => panic!("{other:?} is not done to a message"),
        }
    }

    /// What is done to rooms and people.
    async fn act_on_room(&mut self, step: &Step, room: &str, is_member: bool) {
        let me = self.people[step.device / 2].id;
        let is_direct = !self.truth.rooms[room].pair.is_empty();
        let other = |n: &usize| self.people[*n].id;
        self.words += 1;
        let name = format!("name {}", self.words);
        let (event, payload) = match &step.action {
            Action::Invite(n) => {
                ("room:add_members", json!({"chatroom_id": room, "user_ids": [other(n)]}))
            }
            Action::Leave => ("room:leave", json!({"chatroom_id": room})),
            Action::Rename => ("room:update", json!({"chatroom_id": room, "chatroom_name": name})),
            Action::Block(n) => ("user:block", json!({"user_id": other(n)})),
            Action::Unblock(n) => ("user:unblock", json!({"user_id": other(n)})),
            other => panic!("{other:?} is not done to a room"),
        };
        let about_room = payload["chatroom_id"].is_string();
        let Some(answer) = self.ask(step, event, payload).await else { return };
        if about_room {
            let invites = matches!(step.action, Action::Invite(_));
            // Going twice is no mistake.
            let leaves = matches!(step.action, Action::Leave);
            let must_fail = (!is_member && !leaves) || (is_direct && invites);
            assert!(answer.is_err() || !must_fail, "{event}: {answer:?}");
        }
        if answer.is_err() {
            return;
        }
        match step.action {
            Action::Invite(n) => {
                let who = self.people[n].id;
                self.room_model(room).enter(who);
            }
            Action::Leave => self.room_model(room).leave(me),
            Action::Rename => self.room_model(room).name = Some(name),
            Action::Block(n) => drop(self.truth.blocks.insert((me, self.people[n].id))),
            Action::Unblock(n) => drop(self.truth.blocks.remove(&(me, self.people[n].id))),
            _ => {}
        }
    }

    /// Asks on this device; nothing is asked where there is no line.
    async fn ask(
        &mut self,
        step: &Step,
        event: &str,
        payload: Value,
    ) -> Option<Result<Value, Value>> {
        let socket = self.devices[step.device].socket.as_mut()?;
        let answer = socket.ask(event, payload).await;
        Some(if answer["ok"] == true {
            Ok(answer["data"].clone())
        } else {
            assert_ne!(answer["error"]["status"], 500, "{event}: {answer}");
            Err(answer["error"].clone())
        })
    }

    fn room_model(&mut self, room: &str) -> &mut ModelRoom {
        self.truth.rooms.get_mut(room).expect("a room that was made")
    }
}
