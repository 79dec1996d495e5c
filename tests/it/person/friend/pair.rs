//! Ann and Bob, how they stand to each other, and what each of them sees and hears of it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{people::Person, server::Server, socketio::Socket};

/// How Ann and Bob stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairState {
    Strangers,
    /// Ann waits for an answer.
    AnnAsked,
    BobAsked,
    Friends,
    AnnBlocks,
    BobBlocks,
    BothBlock,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Ann,
    Bob,
}

/// What somebody's devices hear: the event, and how the other stands to them from then on.
pub type HeardEvents = &'static [&'static str];

/// Something that one of the two does by REST, and what Ann and Bob hear of it.
type Step = (Who, Method, &'static str, HeardEvents, HeardEvents);

/// What one of the two finds on the native surface.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    state: Value,
    friends: Vec<i64>,
    asked_me: Vec<i64>,
    asked_by_me: Vec<i64>,
    blocked: Vec<i64>,
}

pub struct Pair {
    pub server: Server,
    pub ann: Person,
    pub bob: Person,
    /// Ann acts with this one.
    pub phone: Socket,
    tablet: Socket,
    pub bobs: Socket,
    /// The sockets that the two have on `chatroom`.
    old: [Socket; 2],
}

impl PairState {
    /// What makes it of strangers.
    fn steps(self) -> Vec<Step> {
        use Who::{Ann, Bob};
        let ann_asks: Step = (
            Ann,
            Method::PUT,
            "friends",
            &["friend:requested outgoing"],
            &["friend:requested incoming"],
        );
        let bob_asks: Step = (
            Bob,
            Method::PUT,
            "friends",
            &["friend:requested incoming"],
            &["friend:requested outgoing"],
        );
        let bob_accepts: Step = (
            Bob,
            Method::PUT,
            "friends",
            &["friend:accepted friends"],
            &["friend:accepted friends"],
        );
        let ann_blocks: Step = (Ann, Method::PUT, "blocks", &["user:blocked"], &[]);
        let bob_blocks: Step = (Bob, Method::PUT, "blocks", &[], &["user:blocked"]);
        match self {
            Self::Strangers => vec![],
            Self::AnnAsked => vec![ann_asks],
            Self::BobAsked => vec![bob_asks],
            Self::Friends => vec![ann_asks, bob_accepts],
            Self::AnnBlocks => vec![ann_blocks],
            Self::BobBlocks => vec![bob_blocks],
            Self::BothBlock => vec![ann_blocks, bob_blocks],
        }
    }

    /// What makes strangers of it.
    fn end(self) -> Vec<Step> {
        use Who::{Ann, Bob};
        let cancelled: HeardEvents = &["friend:cancelled none"];
        let removed: HeardEvents = &["friend:removed none"];
        let ann_unblocks: Step = (Ann, Method::DELETE, "blocks", &["user:unblocked"], &[]);
        let bob_unblocks: Step = (Bob, Method::DELETE, "blocks", &[], &["user:unblocked"]);
        match self {
            Self::Strangers => vec![],
            Self::AnnAsked => vec![(Ann, Method::DELETE, "friends", cancelled, cancelled)],
            Self::BobAsked => vec![(Bob, Method::DELETE, "friends", cancelled, cancelled)],
            Self::Friends => vec![(Bob, Method::DELETE, "friends", removed, removed)],
            Self::AnnBlocks => vec![ann_unblocks],
            Self::BobBlocks => vec![bob_unblocks],
            Self::BothBlock => vec![ann_unblocks, bob_unblocks],
        }
    }

    /// What this one finds, to whom the other has this id.
    fn shown_to(self, who: Who, other: i64) -> Shown {
        let (mine, theirs) = match who {
            Who::Ann => (Self::AnnAsked, Self::BobAsked),
            Who::Bob => (Self::BobAsked, Self::AnnAsked),
        };
        let blocks = match who {
            Who::Ann => [Self::AnnBlocks, Self::BothBlock],
            Who::Bob => [Self::BobBlocks, Self::BothBlock],
        };
        let when = |is_so: bool| if is_so { vec![other] } else { vec![] };
        let state = match self {
            Self::Friends => "friends",
            it if it == mine => "outgoing",
            it if it == theirs => "incoming",
            _ => "none",
        };
        Shown {
            state: json!(state),
            friends: when(self == Self::Friends),
            asked_me: when(self == theirs),
            asked_by_me: when(self == mine),
            blocked: when(blocks.contains(&self)),
        }
    }
}

impl Pair {
    pub async fn of(server: Server) -> Self {
        let (ann, bob) = (server.person("ann").await, server.person("bob").await);
        let again = server.again(&ann).await;
        let (phone, tablet) = (server.socket(&ann).await, server.socket(&again).await);
        let bobs = server.socket(&bob).await;
        let old = [server.old_socket(&ann).await, server.old_socket(&bob).await];
        Self { server, ann, bob, phone, tablet, bobs, old }
    }

    /// Somebody new takes Bob's place.
    pub async fn another_bob(&mut self, name: &str) {
        self.bob = self.server.person(name).await;
        self.bobs = self.server.socket(&self.bob).await;
        self.old[1] = self.server.old_socket(&self.bob).await;
    }

    /// What Ann's two devices hear of somebody whose account ends, which must be the same.
    pub async fn ann_overhears(&mut self, other: i64) -> Vec<String> {
        let mut all = Vec::new();
        for socket in [&mut self.phone, &mut self.tablet] {
            socket.overhear("").await;
            let heard = socket.heard().into_iter();
            // That nobody has this name any more is another test's.
            let heard = heard.filter(|it| it.0 != "presence:changed" && it.0 != "user:updated");
            let spelled = heard.map(|(event, told)| {
                assert_eq!(told["user"]["user_id"], other, "{event}: {told}");
                spelled(&event, &told)
            });
            all.push(spelled.collect::<Vec<_>>());
        }
        assert_eq!(all[0], all[1], "on both devices");
        all.swap_remove(0)
    }

    /// Nothing is in any of Ann's lists.
    pub async fn ann_finds_nobody(&self) {
        for path in [
            "/v1/friends",
            "/v1/friends/requests?direction=in",
            "/v1/friends/requests?direction=out",
            "/v1/blocks",
        ] {
            assert_eq!(self.listed(path, &self.ann).await, [0; 0], "{path}");
        }
        for path in ["/friends/", "/friends/requests/pending", "/friends/requests/sent"] {
            assert_eq!(self.server.get(path, &self.ann).await, json!([]), "{path}");
        }
    }

    /// What was heard until now is no matter.
    pub async fn forget(&mut self) {
        for socket in [&mut self.phone, &mut self.tablet, &mut self.bobs] {
            socket.overhear("").await;
            socket.heard();
        }
    }

    /// Makes it so of strangers.
    pub async fn begin(&mut self, pair_state: PairState) {
        self.take(pair_state.steps()).await;
        self.sees(pair_state, "at first").await;
    }

    /// Makes strangers of the two again.
    pub async fn part(&mut self, pair_state: PairState) {
        self.take(pair_state.end()).await;
    }

    async fn take(&mut self, steps: Vec<Step>) {
        for (who, method, noun, anns, bobs) in steps {
            let what = format!("{method} {noun} by {who:?}");
            let (me, other) = self.both(who);
            let path = format!("/v1/{noun}/{}", other.id);
            self.server.ok(method, &path, me, None).await;
            self.hears(anns, bobs, &what).await;
        }
    }

    fn both(&self, who: Who) -> (&Person, &Person) {
        match who {
            Who::Ann => (&self.ann, &self.bob),
            Who::Bob => (&self.bob, &self.ann),
        }
    }

    /// Each hears this and nothing else; on `chatroom` nobody hears anything.
    pub async fn hears(&mut self, anns: HeardEvents, bobs: HeardEvents, what: &str) {
        let (ann, bob) = (&self.ann, &self.bob);
        hears(&mut self.phone, anns, bob, &format!("{what}, at Ann's")).await;
        hears(&mut self.tablet, anns, bob, &format!("{what}, at Ann's other device")).await;
        hears(&mut self.bobs, bobs, ann, &format!("{what}, at Bob's")).await;
        for socket in &mut self.old {
            socket.ask("nothing:known", json!({})).await;
            let heard = socket.so_far().into_iter().filter(|it| it[0] != "error");
            assert_eq!(heard.collect::<Vec<_>>(), [Value::Null; 0], "{what}, on chatroom");
        }
    }

    /// Both find that it is so, on both surfaces.
    pub async fn sees(&self, pair_state: PairState, what: &str) {
        for who in [Who::Ann, Who::Bob] {
            let (me, other) = self.both(who);
            let wanted = pair_state.shown_to(who, other.id);
            let shown = Shown {
                state: self.server.get(&format!("/v1/friends/{}", other.id), me).await["state"]
                    .take(),
                friends: self.listed("/v1/friends", me).await,
                asked_me: self.listed("/v1/friends/requests?direction=in", me).await,
                asked_by_me: self.listed("/v1/friends/requests?direction=out", me).await,
                blocked: self.listed("/v1/blocks", me).await,
            };
            assert_eq!(shown, wanted, "{what}, as {who:?} sees it");
            for (path, wanted) in [
                ("/friends/", &wanted.friends),
                ("/friends/requests/pending", &wanted.asked_me),
                ("/friends/requests/sent", &wanted.asked_by_me),
            ] {
                let listed = self.server.get(path, me).await;
                assert_eq!(&ids(&listed), wanted, "{what}: {path} as {who:?} sees it");
            }
        }
    }

    async fn listed(&self, path: &str, who: &Person) -> Vec<i64> {
        ids(&self.server.get(path, who).await["items"])
    }
}

impl Server {
    /// A socket of `chatroom` that says whose it is.
    async fn old_socket(&self, who: &Person) -> Socket {
        let auth = Some(json!({"token": who.token}));
        self.try_socket("/ws/socket.io/", auth, None).await.unwrap()
    }
}

/// The event, and how the other stands to whoever hears it, if it says that.
fn spelled(event: &str, told: &Value) -> String {
    let state = told["relation"]["state"].as_str();
    state.map_or_else(|| event.to_owned(), |it| format!("{event} {it}"))
}

fn ids(people: &Value) -> Vec<i64> {
    people.as_array().unwrap().iter().map(|it| it["user_id"].as_i64().unwrap()).collect()
}

async fn hears(socket: &mut Socket, wanted: HeardEvents, other: &Person, what: &str) {
    for told in wanted {
        let event = told.split(' ').next().unwrap();
        let heard = socket.hear(event).await;
        let relation = &heard["relation"];
        assert_eq!(spelled(event, &heard), **told, "{what}: {heard}");
        assert_eq!(heard["user"]["user_id"], other.id, "{what}: {heard}");
        assert_eq!(heard["user"]["username"], other.name.as_str(), "{what}: {heard}");
        if relation.is_object() {
            assert_eq!(relation["user"], heard["user"], "{what}: {heard}");
            assert_eq!(relation["since"].is_string(), relation["state"] != "none", "{heard}");
        }
    }
    socket.ask("nothing:known", json!({})).await;
    let more = socket.so_far().into_iter();
    let more = more.filter(|it| it[0] != "presence:changed" && it[0] != "heads");
    assert_eq!(more.collect::<Vec<_>>(), [Value::Null; 0], "{what} and nothing else");
}
