//! A line to a database that can be held up, so that the database seems to hang.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};
use url::Url;

pub struct Proxy {
    is_open: watch::Sender<bool>,
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
        tokio::spawn(accept(listener, beyond, is_open.subscribe()));
        url.set_port(Some(address.port())).unwrap();
        (Self { is_open }, url.to_string())
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

async fn accept(listener: TcpListener, beyond: SocketAddr, is_open: watch::Receiver<bool>) {
    while let Ok((near, _)) = listener.accept().await {
        let mut is_open = is_open.clone();
        tokio::spawn(async move {
            is_open.wait_for(|it| *it).await.ok()?;
            let far = TcpStream::connect(beyond).await.ok()?;
            near.set_nodelay(true).ok()?;
            far.set_nodelay(true).ok()?;
            let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
            tokio::spawn(carry(near_in, far_out, is_open.clone()));
            tokio::spawn(carry(far_in, near_out, is_open));
            Some(())
        });
    }
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut is_open: watch::Receiver<bool>,
) -> Option<()> {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut bytes).await.ok()?;
        is_open.wait_for(|it| *it).await.ok()?;
        if count == 0 {
            return None;
        }
        to.write_all(&bytes[..count]).await.ok()?;
    }
}
