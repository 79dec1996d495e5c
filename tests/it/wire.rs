//! What is below every product: Engine.IO and Socket.IO, packet by packet.
mod engine_io_3;
mod protocol;
