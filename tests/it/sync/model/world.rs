//! The real server, its people, and the truth beside them.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    step::{DEVICES, Deed, Step},
    truth::{Hall, Truth},
};
use crate::support::{device::Device, mirror::Line, people::Person, server::Server};

struct World<'a> {
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
pub async fn live(server: &Server, steps: &[Step]) {
    let mut world = World::new(server).await;
    for step in steps {
        world.take(step).await;
    }
    for device in &mut world.devices {
        device.connect(server).await;
    }
    world.look().await;
    for person in &world.people {
        let mut new = Device::new(person);
        new.sync_by_rest(server).await;
        new.shows(&world.truth.seen_by(person.id)).await;
    }
    for device in &world.devices {
        assert_eq!(device.gaps, 0, "{} missed something while connected", device.person.name);
    }
}

impl<'a> World<'a> {
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
            let mut hall = Hall { name, ..Hall::default() };
            for member in members {
                hall.enter(member.id);
                if is_direct {
                    hall.pair.insert(member.id);
                }
            }
            truth.rooms.insert(room, hall);
        }
        let last = vec![None; people.len()];
        Self { server, people, devices, rooms, truth, last, words: 0 }
    }

    async fn take(&mut self, step: &Step) {
        match &step.deed {
            Deed::Cut => self.devices[step.device].lose_connection(),
            Deed::Connect => self.devices[step.device].connect(self.server).await,
            Deed::Look => self.look().await,
            deed => self.act(step, deed).await,
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

    async fn act(&mut self, step: &Step, deed: &Deed) {
        let who = step.device / 2;
        let me = self.people[who].id;
        let room = self.rooms[step.room % self.rooms.len()].clone();
        let hall = &self.truth.rooms[&room];
        let is_member = hall.members.contains(&me);
        let may_post = self.truth.may_post(&room, me);
        let line = hall.lines.iter().rev().nth(step.back % hall.lines.len().max(1)).cloned();
        match deed {
            Deed::Say => self.say(step, &room, None, may_post).await,
            Deed::Reply => {
                let Some(line) = line.filter(|it| !it.deleted) else { return };
                self.say(step, &room, Some(line.id), may_post).await;
            }
            Deed::Repeat => {
                let Some((payload, id)) = self.last[who].clone() else { return };
                if let Some(Ok(sent)) = self.ask(step, "message:send", payload).await {
                    assert_eq!(sent["duplicate"], true, "{sent}");
                    assert_eq!(sent["message"]["message_id"], id, "{sent}");
                }
            }
            Deed::Read => {
                let seq = (hall.last() - i64::try_from(step.back).unwrap()).max(0);
                let payload = json!({"chatroom_id": room, "seq": seq});
                let Some(answer) = self.ask(step, "message:read", payload).await else { return };
                assert_eq!(answer.is_ok(), is_member, "{answer:?}");
                if is_member {
                    self.hall(&room).has_read(me, seq);
                }
            }
            Deed::Invite(_) | Deed::Leave | Deed::Rename | Deed::Block(_) | Deed::Unblock(_) => {
                self.arrange(step, &room, is_member).await;
            }
            _ => {
                let Some(line) = line else { return };
                self.touch(step, &room, line, is_member, may_post).await;
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
        let seq = self.hall(room).say(id, me, &words, reply_to);
        assert_eq!(sent["message"]["seq"], seq, "{sent}");
        self.last[who] = Some((payload, id));
    }

    /// What is done to a message that is there.
    async fn touch(
        &mut self,
        step: &Step,
        room: &str,
        line: Line,
        is_member: bool,
        may_post: bool,
    ) {
        self.words += 1;
        let words = format!("other words {}", self.words);
        let (event, payload, expected) = self.wish(step, &line, &words, is_member, may_post);
        let Some(answer) = self.ask(step, event, payload).await else { return };
        // What one has deleted for oneself is not there.
        let me = self.people[step.device / 2].id;
        let is_shown = self.truth.rooms[room].shows(me, line.id);
        if let Some(expected) = expected.map(|it| it && is_shown) {
            assert_eq!(answer.is_ok(), expected, "{event}: {answer:?}");
        }
        if answer.is_ok() {
            self.note(step, room, line.id, words);
        }
    }

    /// How it is said, and whether it must work: `None` where only the server's policy knows.
    fn wish(
        &self,
        step: &Step,
        line: &Line,
        words: &str,
        is_member: bool,
        may_post: bool,
    ) -> (&'static str, Value, Option<bool>) {
        let me = self.people[step.device / 2].id;
        let mine = line.sender == me;
        let mut payload = json!({"message_id": line.id});
        let (event, expected) = match &step.deed {
            Deed::Edit => {
                payload["content"] = words.into();
                let expected = match (mine && !line.deleted, is_member) {
                    (true, true) => may_post.then_some(true),
                    _ => Some(false),
                };
                ("message:edit", expected)
            }
            Deed::Delete if !is_member => ("message:delete", Some(false)),
            Deed::Delete => ("message:delete", mine.then_some(true)),
            Deed::React(emoji) => {
                payload["emoji"] = (*emoji).into();
                ("reaction:add", Some(may_post && !line.deleted))
            }
            Deed::Unreact(emoji) => {
                payload["emoji"] = (*emoji).into();
                let there = line.reactions.get(*emoji).is_some_and(|it| it.contains(&me));
                ("reaction:remove", Some(is_member && there))
            }
            Deed::Pin if line.deleted || !is_member => ("message:pin", Some(false)),
            Deed::Pin => ("message:pin", None),
            Deed::Unpin if !is_member => ("message:unpin", Some(false)),
            Deed::Unpin => ("message:unpin", None),
            other => panic!("{other:?} is not done to a message"),
        };
        (event, payload, expected)
    }

    /// It was done, so it is the truth now.
    fn note(&mut self, step: &Step, room: &str, line: i64, words: String) {
        let me = self.people[step.device / 2].id;
        let line = self.hall(room).line(line);
        match &step.deed {
            Deed::Edit => (line.content, line.edited) = (words, true),
            Deed::Delete => {
                let (id, sender) = (line.id, line.sender);
                *line = Line { id, sender, deleted: true, ..Line::default() };
            }
            Deed::React(emoji) => {
                line.reactions.entry((*emoji).to_owned()).or_default().insert(me);
            }
            Deed::Unreact(emoji) => {
                line.reactions.entry((*emoji).to_owned()).or_default().remove(&me);
                line.reactions.retain(|_, people| !people.is_empty());
            }
            Deed::Pin => line.pinned = !line.deleted,
            Deed::Unpin => line.pinned = false,
            other => panic!("{other:?} is not done to a message"),
        }
    }

    /// What is done to rooms and people.
    async fn arrange(&mut self, step: &Step, room: &str, is_member: bool) {
        let me = self.people[step.device / 2].id;
        let is_direct = !self.truth.rooms[room].pair.is_empty();
        let other = |n: &usize| self.people[*n].id;
        self.words += 1;
        let name = format!("name {}", self.words);
        let (event, payload) = match &step.deed {
            Deed::Invite(n) => {
                ("room:add_members", json!({"chatroom_id": room, "user_ids": [other(n)]}))
            }
            Deed::Leave => ("room:leave", json!({"chatroom_id": room})),
            Deed::Rename => ("room:update", json!({"chatroom_id": room, "chatroom_name": name})),
            Deed::Block(n) => ("user:block", json!({"user_id": other(n)})),
            Deed::Unblock(n) => ("user:unblock", json!({"user_id": other(n)})),
            other => panic!("{other:?} is not done to a room"),
        };
        let about_room = payload["chatroom_id"].is_string();
        let Some(answer) = self.ask(step, event, payload).await else { return };
        if about_room {
            let invites = matches!(step.deed, Deed::Invite(_));
            // Going twice is no mistake.
            let leaves = matches!(step.deed, Deed::Leave);
            let must_fail = (!is_member && !leaves) || (is_direct && invites);
            assert!(answer.is_err() || !must_fail, "{event}: {answer:?}");
        }
        if answer.is_err() {
            return;
        }
        match step.deed {
            Deed::Invite(n) => {
                let who = self.people[n].id;
                self.hall(room).enter(who);
            }
            Deed::Leave => self.hall(room).leave(me),
            Deed::Rename => self.hall(room).name = Some(name),
            Deed::Block(n) => drop(self.truth.blocks.insert((me, self.people[n].id))),
            Deed::Unblock(n) => drop(self.truth.blocks.remove(&(me, self.people[n].id))),
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

    fn hall(&mut self, room: &str) -> &mut Hall {
        self.truth.rooms.get_mut(room).expect("a room that was made")
    }
}
