//! A server in a process of its own, so that it can be killed.

use std::{
    fs::File,
    net::TcpListener,
    ops::Deref,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::support::{databases::Kind, server::Server};

pub struct Process {
    server: Server,
    child: Mutex<Child>,
    way: Vec<String>,
}

impl Process {
    pub async fn on(kind: Kind) -> Self {
        Self::with(kind, &[]).await
    }

    /// With settings of its own.
    pub async fn with(kind: Kind, more: &[(&str, &str)]) -> Self {
        Self::of(Server::prepared(kind, more, |_| {}).await).await
    }

    /// With a disk for its uploads in this folder, so large, which no other process sees.
    pub async fn on_a_disk_of(kind: Kind, size: &str, folder: &str) -> Self {
        let mount = "mount -t tmpfs -o size=$0 tmpfs \"$UPLOAD_DIR\" && exec \"$1\"";
        let way = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, size];
        let server = Server::prepared(kind, &[("UPLOAD_DIR", folder)], |_| {}).await;
        Self::within(&way, server).await
    }

    pub async fn of(server: Server) -> Self {
        // Whoever lets no more be written to files does not want it to be killed for trying.
        Self::within(&["sh", "-c", "trap '' XFSZ; exec \"$0\""], server).await
    }

    /// Started by this command, which is given the program as its last argument and becomes it.
    async fn within(way: &[&str], mut server: Server) -> Self {
        // Free a moment ago, and nobody else asks for it by number.
        server.address = TcpListener::bind(server.address).unwrap().local_addr().unwrap();
        let way: Vec<String> = way.iter().map(ToString::to_string).collect();
        let child = Mutex::new(launch(&way, &server).await);
        Self { server, child, way }
    }

    /// As a power cut would: nothing is finished, nothing is written.
    pub async fn kill_and_start_again(&self) {
        self.kill();
        let child = launch(&self.way, &self.server).await;
        *self.child.lock().unwrap_or_else(PoisonError::into_inner) = child;
    }

    /// A folder as the process sees it.
    pub fn seen(&self, folder: &Path) -> PathBuf {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner).id();
        Path::new(&format!("/proc/{child}/root")).join(folder.strip_prefix("/").unwrap())
    }

    /// The most memory that it ever had, in bytes.
    pub fn peak(&self) -> u64 {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner).id();
        let status = std::fs::read_to_string(format!("/proc/{child}/status")).unwrap();
        let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).unwrap();
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        kilobytes << 10
    }

    /// Comes back when it has logged these words.
    pub async fn has_logged(&self, words: &str) {
        for _ in 0..600 {
            if std::fs::read_to_string(log_of(&self.server)).unwrap().contains(words) {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("it did not log: {words}");
    }

    /// All that it has logged. It is over by then, so that nothing more comes.
    pub fn log(&self) -> String {
        self.kill();
        std::fs::read_to_string(log_of(&self.server)).unwrap()
    }

    /// From here on each write to a file fails as on a broken disk, or none does.
    pub fn let_writes_fail(&self, fail: bool) {
        let id = self.child.lock().unwrap_or_else(PoisonError::into_inner).id();
        let limit = if fail { "--fsize=1:" } else { "--fsize=unlimited:" };
        let prlimit = Command::new("prlimit").arg(format!("--pid={id}")).arg(limit).status();
        assert!(prlimit.unwrap().success());
    }

    /// Says something to the process, as an operator does.
    pub fn signal(&self, name: &str) {
        let id = self.child.lock().unwrap_or_else(PoisonError::into_inner).id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Whether it has come to its end by itself, or does so in this time.
    pub async fn ends(&self, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        while Instant::now() < deadline {
            if self.has_ended() {
                return true;
            }
            sleep(Duration::from_millis(20)).await;
        }
        false
    }

    fn has_ended(&self) -> bool {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.try_wait().unwrap().is_some()
    }

    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

fn log_of(server: &Server) -> PathBuf {
    server.folder.path().join("log")
}

async fn launch(way: &[String], server: &Server) -> Child {
    let program = [way, &[env!("CARGO_BIN_EXE_parlor").to_owned()]].concat();
    let mut child = Command::new(&program[0])
        .args(&program[1..])
        .envs(server.variables())
        .env("PORT", server.address.port().to_string())
        .current_dir(server.folder.path())
        .stdout(Stdio::null())
        .stderr(File::options().create(true).append(true).open(log_of(server)).unwrap())
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

/// Runs a program that ends by itself; one that does not is ended, and has failed.
pub fn finish(command: &mut Command) -> Output {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    for _ in 0..600 {
        if child.try_wait().unwrap().is_some() {
            return child.wait_with_output().unwrap();
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    panic!("it did not end: {}", String::from_utf8_lossy(&output.stderr));
}
