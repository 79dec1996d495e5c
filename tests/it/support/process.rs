//! A server in a process of its own, so that it can be killed.

use std::{
    net::TcpListener,
    ops::Deref,
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::sleep;

use crate::support::{databases::Kind, server::Server};

pub struct Process {
    server: Server,
    child: Mutex<Child>,
}

impl Process {
    pub async fn on(kind: Kind) -> Self {
        let mut server = Server::prepared(kind, &[], |_| {}).await;
        // Free a moment ago, and nobody else asks for it by number.
        server.address = TcpListener::bind(server.address).unwrap().local_addr().unwrap();
        let child = Mutex::new(launch(&server).await);
        Self { server, child }
    }

    /// As a power cut would: nothing is finished, nothing is written.
    pub async fn kill_and_start_again(&self) {
        self.kill();
        let child = launch(&self.server).await;
        *self.child.lock().unwrap_or_else(PoisonError::into_inner) = child;
    }

    fn kill(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

async fn launch(server: &Server) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_parlor"))
        .envs(server.variables())
        .env("PORT", server.address.port().to_string())
        .current_dir(server.folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..300 {
        if server.http.get(server.url("/health/ready")).send().await.is_ok() {
            return child;
        }
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "the server ended at once: {ended:?}");
        sleep(Duration::from_millis(100)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    panic!("the server did not start");
}

impl Deref for Process {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
