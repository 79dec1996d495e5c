//! A line to a database that can be held up, so that the database seems to hang.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};
use url::Url;

/// The driver asks each connection that comes back whether it is still there, in so many bytes on
/// either database. Nobody waits for that, and no statement is as short.
const PING: usize = 5;

pub struct Proxy {
    is_open: watch::Sender<bool>,
    asked: Arc<AtomicU64>,
}

impl Proxy {
    /// A way to this database; the address to use instead.
    pub async fn to(database: &str) -> (Self, String) {
        let mut url = Url::parse(database).unwrap();
        let host = url.host_str().unwrap();
        let beyond: SocketAddr = format!("{host}:{}", url.port().unwrap()).parse().unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let is_open = watch::Sender::new(true);
        let asked = Arc::<AtomicU64>::default();
        tokio::spawn(accept(listener, beyond, is_open.subscribe(), asked.clone()));
        url.set_port(Some(address.port())).unwrap();
        (Self { is_open, asked }, url.to_string())
    }

    /// How often anything was asked: a statement that is known by then is one question.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }

    /// From now on nothing passes, in no direction, and nobody is told.
    pub fn hang(&self) {
        self.is_open.send_replace(false);
    }

    /// What was held up goes on as if nothing had been.
    pub fn resume(&self) {
        self.is_open.send_replace(true);
    }
}

async fn accept(
    listener: TcpListener,
    beyond: SocketAddr,
    is_open: watch::Receiver<bool>,
    asked: Arc<AtomicU64>,
) {
    while let Ok((near, _)) = listener.accept().await {
        let (mut is_open, asked) = (is_open.clone(), asked.clone());
        tokio::spawn(async move {
            is_open.wait_for(|it| *it).await.ok()?;
            let far = TcpStream::connect(beyond).await.ok()?;
            near.set_nodelay(true).ok()?;
            far.set_nodelay(true).ok()?;
            let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
            tokio::spawn(carry(near_in, far_out, is_open.clone(), Some(asked)));
            tokio::spawn(carry(far_in, near_out, is_open, None));
            Some(())
        });
    }
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut is_open: watch::Receiver<bool>,
    counted: Option<Arc<AtomicU64>>,
) -> Option<()> {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut bytes).await.ok()?;
        is_open.wait_for(|it| *it).await.ok()?;
        if count == 0 {
            return None;
        }
        if let Some(counted) = counted.as_ref().filter(|_| count > PING) {
            counted.fetch_add(1, Ordering::SeqCst);
        }
        to.write_all(&bytes[..count]).await.ok()?;
    }
}
