//! `{code, message, data}`: how answers about accounts, and all refusals, are wrapped.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::stamp;
use crate::{
    model::error::{Ban, Clash, Doubt, Error, Thing},
    wire::{
        failure::{Refusal, status},
        fastapi,
        fields::{FieldError, Loc},
    },
};

pub(super) const OK: u32 = 20_000;
pub(super) const CREATED: u32 = 20_001;
pub(super) const BAD_REQUEST: u32 = 40_000;
const TAKEN: u32 = 40_009;
const INVALID: u32 = 40_022;
pub(super) const TOO_MANY: u32 = 40_029;
const BAD_CREDENTIALS: u32 = 41_003;
const EMAIL_TAKEN: u32 = 41_005;
const USERNAME_TAKEN: u32 = 41_006;
pub(super) const WEAK_PASSWORD: u32 = 41_007;
pub(super) const BAD_TOKEN: u32 = 41_008;
/// The code of every refusal that has none of its own, whatever its status.
const OTHERWISE: u32 = 50_000;

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::Envelope)]
pub(super) struct Envelope<T> {
    #[schema(example = 20000)]
    code: u32,
    #[schema(example = "登录成功")]
    message: &'static str,
    data: T,
}

/// A refusal.
#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::Refused)]
pub(super) struct Refused {
    #[schema(example = 50000)]
    code: u32,
    #[schema(example = "Not authenticated")]
    message: String,
    /// Null, or what is wrong with which field.
    data: Option<Value>,
}

#[derive(Serialize)]
struct Wrong<'a> {
    field: String,
    message: &'a str,
    value: &'a Value,
}

pub(super) fn wrap<T>(code: u32, message: &'static str, data: T) -> Json<Envelope<T>> {
    Json(Envelope { code, message, data })
}

pub(super) fn refused(status: StatusCode, code: u32, message: &str) -> Response {
    with_data(status, code, message, None)
}

pub(super) fn with_data(
    status: StatusCode,
    code: u32,
    message: &str,
    data: Option<Value>,
) -> Response {
    (status, Json(Refused { code, message: message.to_owned(), data })).into_response()
}

/// What other products would call a plain `detail`.
pub(super) fn detail(status: StatusCode, message: &str) -> Response {
    refused(status, OTHERWISE, message)
}

pub(super) fn refuse(refusal: &Refusal<'_>) -> Response {
    match refusal {
        Refusal::Error(Error::Internal(_)) => stamp::internal(),
        Refusal::Error(error) => {
            let (code, message) = words(error);
            let data = field(error);
            with_data(worded_status(error), code, &message, data)
        }
        Refusal::Body(errors) => malformed(errors),
        // The original wraps only what its handlers refuse, and these two reach none.
        Refusal::NotFound => fastapi::detail(StatusCode::NOT_FOUND, "Not Found"),
        Refusal::NotAllowed => {
            fastapi::detail(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
        }
    }
}

fn malformed(errors: &[FieldError]) -> Response {
    let errors: Vec<Wrong<'_>> = errors
        .iter()
        .map(|it| Wrong { field: arrow(&it.loc), message: &it.msg, value: &it.input })
        .collect();
    let data = Some(json!({ "errors": errors }));
    with_data(StatusCode::UNPROCESSABLE_ENTITY, INVALID, "数据验证失败", data)
}

/// `body -> email`
fn arrow(loc: &[Loc]) -> String {
    let step = |it: &Loc| match it {
        Loc::Name(name) => name.clone(),
        Loc::Index(index) => index.to_string(),
    };
    loc.iter().map(step).collect::<Vec<_>>().join(" -> ")
}

/// Whoever has no token at all is forbidden here, and not asked for one.
fn worded_status(error: &Error) -> StatusCode {
    match error {
        // As the original's `HTTPBearer`; a 401 would have the client throw away what it has.
        Error::Unauthenticated(Doubt::NoToken) => StatusCode::FORBIDDEN,
        other => status(other),
    }
}

fn words(error: &Error) -> (u32, String) {
    let (code, message) = match error {
        Error::Unauthenticated(Doubt::NoToken) => (OTHERWISE, "Not authenticated"),
        Error::Unauthenticated(Doubt::BadToken | Doubt::Revoked) => (OTHERWISE, "无效的token"),
        Error::Unauthenticated(Doubt::Expired) => (OTHERWISE, "Token已过期"),
        // One sentence for both, so that nobody learns who has an account.
        Error::Unauthenticated(Doubt::UnknownUser | Doubt::WrongPassword) => {
            (BAD_CREDENTIALS, "用户名或密码错误")
        }
        Error::Forbidden(Ban::NotMember) => (OTHERWISE, "您不是该会话的成员"),
        Error::Forbidden(_) => (OTHERWISE, "没有权限执行此操作"),
        Error::Missing(Thing::User) => (OTHERWISE, "用户不存在"),
        Error::Missing(Thing::Room) => (OTHERWISE, "房间不存在"),
        Error::Missing(Thing::Message) => (OTHERWISE, "消息不存在"),
        Error::Missing(_) => (OTHERWISE, "资源不存在"),
        // The client compares this text letter by letter.
        Error::Taken(Clash::Email) => (EMAIL_TAKEN, "邮箱已被使用"),
        Error::Taken(Clash::Username) => (USERNAME_TAKEN, "用户名已被使用"),
        Error::Taken(_) => (TAKEN, "资源冲突"),
        Error::Invalid(_) => (INVALID, "数据验证失败"),
        Error::TooLarge { .. } => (OTHERWISE, "请求内容过大"),
        Error::DiskFull => (OTHERWISE, "服务器存储空间不足，请稍后重试"),
        Error::Unsupported => (OTHERWISE, "不支持的文件类型"),
        Error::TooMany { .. } => (TOO_MANY, "请求过于频繁，请稍后再试"),
        Error::Busy { .. } | Error::Unavailable { .. } => (OTHERWISE, "服务器繁忙，请稍后重试"),
        Error::TooSlow => (OTHERWISE, "请求超时，请重试"),
        Error::Internal(_) => (OTHERWISE, "服务器内部错误，请稍后重试"),
    };
    (code, message.to_owned())
}

fn field(error: &Error) -> Option<Value> {
    let Error::Invalid(flaw) = error else { return None };
    // The core's name for it.
    let name = if flaw.field == "nickname" { "display_name" } else { flaw.field };
    let wrong = Wrong {
        field: format!("body -> {name}"),
        message: &flaw.problem.to_string(),
        // What it was is not shown: it may have been a password.
        value: &Value::Null,
    };
    Some(json!({ "errors": [wrong] }))
}
