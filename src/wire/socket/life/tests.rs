use entity::id::{SessionId, UserId};
use futures_util::future::join;
use tokio::io::DuplexStream;
use tokio_tungstenite::tungstenite::protocol::Role;
use uuid::Uuid;

use super::*;
use crate::{
    chat::engine::admission::Budget,
    model::{actor::Actor, allowance::Spender},
    wire::registry::{Closings, Registry, Scope},
};

const GOODBYE: Close = Close { code: 1_000, reason: "" };

/// Repeats what it hears, slowly.
struct Echo(Arc<Entry<()>>);

impl FrameHandler for Echo {
    const WORN_OUT: Close = Close { code: 1_013, reason: "enough" };

    async fn refuse(&mut self, _: crate::model::error::Error) -> Refusal {
        Refusal::PassedOver
    }

    async fn hear(&mut self, said: Received) -> ControlFlow<Close> {
        sleep(Duration::from_millis(10)).await;
        match said {
            Received::Json(value) if value == "enough" => return ControlFlow::Break(GOODBYE),
            Received::Json(value) => self.0.say(value.to_string().into()),
            Received::Text(_) | Received::Binary(_) | Received::TooLong | Received::Gone => {}
        }
        ControlFlow::Continue(())
    }
}

/// A client's end, and the life of the server's end.
async fn pair() -> (WebSocketStream<DuplexStream>, impl Future<Output = usize>, CancellationToken) {
    let (near, far) = tokio::io::duplex(1 << 20);
    let registry = Registry::new(Closings {
        session_ended: GOODBYE,
        token_ended: GOODBYE,
        room_left: GOODBYE,
    });
    let me = Actor { id: UserId(1), session: SessionId(Uuid::nil()) };
    let registration = registry.add(me, Scope::Chosen, ());
    let echo = Echo(registration.entry());
    let stop = CancellationToken::new();
    let server = WebSocketStream::from_raw_socket(far, Role::Server, None).await;
    let client = WebSocketStream::from_raw_socket(near, Role::Client, None).await;
    let stopping = stop.clone();
    let life = async move {
        let meter = Meter::with(Budget::endless(Spender::User(me.id)));
        live(server, registration, echo, meter, stopping).await;
        registry.count()
    };
    (client, life, stop)
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_answers_lives_on_and_a_silent_one_is_cut() {
    let (mut client, life, _stop) = pair().await;
    let start = Instant::now();
    let visit = async {
        // Reading answers the pings.
        let reading = async { while client.next().await.is_some() {} };
        timeout(Duration::from_mins(3), reading).await.unwrap_err();
        // Whoever does not even read is gone.
        sleep(SILENCE + PING).await;
        client
    };
    let (left, _client) = join(life, visit).await;
    assert_eq!(left, 0);
    let lived = start.elapsed();
    assert!(lived > Duration::from_mins(3) && lived < Duration::from_mins(3) + SILENCE + PING * 2);
}

#[tokio::test(start_paused = true)]
async fn frames_are_worked_off_in_order_and_a_farewell_comes_last() {
    let (mut client, life, _stop) = pair().await;
    let visit = async {
        for number in 0..50 {
            client.send(Message::text(number.to_string())).await.unwrap();
        }
        client.send(Message::text("\"enough\"")).await.unwrap();
        client.send(Message::text("\"too late\"")).await.unwrap();
        let mut heard = Vec::new();
        while let Some(Ok(message)) = client.next().await {
            heard.push(message);
        }
        heard
    };
    let (_, heard) = join(life, visit).await;
    let mut expected: Vec<Message> = (0..50).map(|it| Message::text(it.to_string())).collect();
    expected.push(Message::Close(Some(spelled(GOODBYE))));
    assert_eq!(heard, expected);
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_said_and_does_not_wait_for_the_deaf() {
    let (mut client, life, stop) = pair().await;
    let start = Instant::now();
    stop.cancel();
    life.await;
    assert!(start.elapsed() <= FAREWELL * 2);
    let last = client.next().await.unwrap().unwrap();
    assert_eq!(last, Message::Close(Some(spelled(RESTART))));
}
