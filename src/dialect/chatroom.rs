pub fn routes() -> utoipa_axum::router::OpenApiRouter<crate::chat::handle::Chat> { utoipa_axum::router::OpenApiRouter::new() }
pub fn attach(chat: &crate::chat::handle::Chat) -> (socketioxide::layer::SocketIoLayer, socketioxide::SocketIo) { crate::wire::socketio::builder("/ws/socket.io", chat.clone()).build_layer() }
