//! Signing in while the account, or its password, goes away.

use std::sync::atomic::{AtomicBool, Ordering};

use entity::id::UserId;
use futures_util::future::{join, join_all};
use parlor::{
    chat::{person::account, session},
    model::{error::Error, session::Device},
};
use reqwest::{Method, StatusCode};
use sea_orm::EntityTrait;
use serde_json::json;

use crate::{
    on_every_database,
    support::{
        people::{PASSWORD, Person},
        server::Server,
    },
};

on_every_database!(
    a_sign_in_while_the_account_is_deleted_leaves_no_session,
    a_sign_in_while_the_password_changes_leaves_no_session,
    what_an_old_password_proved_opens_nothing,
    a_password_changes_once_for_one_proof,
    a_deleted_account_is_not_written_to,
);

const TRIES: usize = 6;

async fn sign_in(server: &Server, name: &str) -> Option<String> {
    let body = json!({"username": name, "password": PASSWORD});
    let (status, tokens) = server.call(Method::POST, "/v1/auth/login", None, Some(body)).await;
    assert!(status.is_success() || status == StatusCode::UNAUTHORIZED, "{status} {tokens}");
    Some(tokens["access_token"].as_str()?.to_owned())
}

async fn is_alive(server: &Server, token: &str) -> bool {
    let asked = server.http.get(server.url("/v1/me")).bearer_auth(token).send().await.unwrap();
    assert!(asked.status().is_success() || asked.status() == StatusCode::UNAUTHORIZED);
    asked.status().is_success()
}

async fn a_sign_in_while_the_account_is_deleted_leaves_no_session(server: Server) {
    let mut left = 0;
    for n in 0..TRIES {
        let ann = server.person(&format!("ann{n}")).await;
        let gone = server.ok(Method::DELETE, "/v1/me", &ann, None);
        let (token, _) = join(sign_in(&server, &ann.name), gone).await;
        if let Some(token) = token {
            left += usize::from(is_alive(&server, &token).await);
        }
    }
    assert_eq!(left, 0, "living sessions of {TRIES} deleted accounts");
}

/// Devices that sign in without end are always about to be let in when it happens.
async fn a_sign_in_while_the_password_changes_leaves_no_session(server: Server) {
    let ann = server.person("ann").await;
    let (changed, server) = (AtomicBool::new(false), &server);
    let change = async {
        let body = json!({"old_password": PASSWORD, "new_password": "another horse"});
        server.ok(Method::POST, "/v1/auth/password", &ann, Some(body)).await;
        changed.store(true, Ordering::SeqCst);
    };
    let devices = join_all((0..4).map(|_| async {
        let mut tokens = Vec::new();
        while !changed.load(Ordering::SeqCst) {
            tokens.extend(sign_in(server, "ann").await);
        }
        tokens
    }));
    let (tokens, ()) = join(devices, change).await;
    let mut left = 0;
    for token in tokens.into_iter().flatten() {
        left += usize::from(is_alive(server, &token).await);
    }
    assert_eq!(left, 0, "living sessions of the old password");
    assert!(is_alive(server, &ann.token).await, "whoever changed it stays");
}

async fn what_an_old_password_proved_opens_nothing(server: Server) {
    let ann = server.person("ann").await;
    let (chat, me) = (server.chat(), server.actor(&ann).await);
    let device = Device::default();
    let proved = account::check(&chat, &ann.name, PASSWORD, &device).await.unwrap();
    let wanted = account::NewPassword { old: Some(PASSWORD), new: "another horse", shortest: 8 };
    account::change_password(&chat, me, wanted).await.unwrap();
    let late = session::open(&chat, &proved, Device::default()).await;
    assert!(matches!(late, Err(Error::Unauthenticated(_))), "{late:?}");
    let proved = account::check(&chat, &ann.name, "another horse", &device).await.unwrap();
    session::open(&chat, &proved, Device::default()).await.unwrap();
    server.ok(Method::DELETE, "/v1/me", &ann, None).await;
    let late = session::open(&chat, &proved, Device::default()).await;
    assert!(matches!(late, Err(Error::Unauthenticated(_))), "{late:?}");
}

/// Two changes that both know the old password: the second does not know what is the old one
/// by then.
async fn a_password_changes_once_for_one_proof(server: Server) {
    let ann = server.person("ann").await;
    let change = |new: &'static str| {
        let body = json!({"old_password": PASSWORD, "new_password": new});
        server.call(Method::POST, "/v1/auth/password", Some(&ann), Some(body))
    };
    let ((one, _), (other, _)) = join(change("another horse"), change("one more horse")).await;
    let done = [one, other].iter().filter(|it| it.is_success()).count();
    assert_eq!(done, 1, "{one} {other}");
}

async fn a_deleted_account_is_not_written_to(server: Server) {
    for n in 0..TRIES {
        let ann = server.person(&format!("ann{n}")).await;
        let body = json!({"nickname": "still here", "bio": "a secret"});
        let renamed = server.call(Method::PATCH, "/v1/me", Some(&ann), Some(body));
        let body = json!({"old_password": PASSWORD, "new_password": "another horse"});
        let changed = server.call(Method::POST, "/v1/auth/password", Some(&ann), Some(body));
        let gone = server.call(Method::DELETE, "/v1/me", Some(&ann), None);
        let (_, (_, (gone, _))) = join(renamed, join(changed, gone)).await;
        // What proved who it is is outdated when the password changed in the same moment.
        if gone == StatusCode::UNAUTHORIZED {
            server.ok(Method::DELETE, "/v1/me", &ann, None).await;
        } else {
            assert_eq!(gone, StatusCode::NO_CONTENT);
        }
        let row = user(&server, &ann).await;
        assert_eq!((row.nickname, row.bio, row.hashed_password.as_str()), (None, None, ""));
    }
}

async fn user(server: &Server, who: &Person) -> entity::user::Model {
    let found = entity::user::Entity::find_by_id(UserId(who.id)).one(&server.beside().await).await;
    found.unwrap().unwrap()
}
