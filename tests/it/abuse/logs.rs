//! What can be read in the log.

use serde_json::json;

use crate::support::{databases::Kind, process::Process};

/// At the most talkative level, which an operator may well try when something is wrong.
#[tokio::test(flavor = "multi_thread")]
async fn no_log_holds_a_token_or_the_id_of_a_session() {
    for level in ["trace", "debug", "info,tungstenite=trace,engineioxide=trace,socketioxide=trace"]
    {
        let server = Process::with(Kind::Sqlite, &[("LOG", level)]).await;
        let ann = server.person("ann").await;
        let page = ("Origin", "http://localhost:5173");
        let session = server.polling(&ann, &[page]).await;
        session.stolen(&[("User-Agent", "other")]).poll().await;
        let session = server.polling(&ann, &[]).await;
        session.post("4garbage").send().await.unwrap();
        let bob = server.person("bob").await;
        let mut socket = server.socket(&ann).await;
        socket.ok("room:create", json!({"kind": "direct", "user_ids": [bob.id]})).await;
        drop(socket);
        let mut plain = server.plain_by_query("/message/online", &ann.token).await;
        plain.send(&json!({"action_type": "get_message"})).await;
        plain.close().await;
        let old = server.try_polling("/ws/socket.io/", &[]).await.unwrap();
        old.say("40").await;
        let log = server.log();
        assert!(log.lines().count() > 1, "there is a log: {log}");
        for secret in [&ann.token, &session.sid, &old.sid] {
            let telling = log.lines().filter(|it| it.contains(secret.as_str()));
            assert_eq!(telling.collect::<Vec<_>>(), [""; 0], "{secret} at {level}");
        }
    }
}
