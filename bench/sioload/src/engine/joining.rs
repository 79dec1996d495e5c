//! From an open connection to one that is in its rooms.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::{JOIN_ID, Mode, Net, State};
use crate::sio::{Fill, Marker};

impl Net {
    pub(super) fn send_connect(&mut self, i: usize) {
        let mut s = b"40".to_vec();
        if !self.target.ns.is_empty() {
            s.extend_from_slice(self.target.ns.as_bytes());
            s.push(b',');
        }
        let fill = Fill {
            marker: Marker { sender: 0, seq: 0, nanos: 0 },
            pad: b"",
            room: "",
            conn: i,
            token: self.token_of(i),
        };
        self.target.auth.write(&mut s, &fill);
        self.conns[i].state = State::Connecting;
        self.queue(i, &s);
    }

    pub(super) fn send_joins(&mut self, i: usize) {
        let joins = std::mem::take(&mut self.target.joins);
        let m = Marker { sender: 0, seq: 0, nanos: 0 };
        for (k, (name, payload)) in joins.iter().enumerate() {
            let ack = self.target.join_ack.then_some(JOIN_ID + k as u64);
            self.emit(i, ack, name, payload, m, b"");
        }
        self.conns[i].joins_left = if self.target.join_ack { joins.len() as u32 } else { 0 };
        self.target.joins = joins;
        if self.conns[i].joins_left == 0 {
            self.set_ready(i);
        } else {
            self.conns[i].state = State::Joining;
        }
    }

    pub(super) fn set_ready(&mut self, i: usize) {
        self.conns[i].state = State::Ready;
        self.ready += 1;
    }

    /// Opens every connection, at most `in_flight` handshakes at once.
    pub fn connect_all<M: Mode>(&mut self, mode: &mut M, limit: Duration) -> Result<Duration> {
        let (t0, n) = (Instant::now(), self.conns.len());
        let mut next = 0;
        while self.ready + self.dead < n {
            while next < n && next - self.ready - self.dead < self.target.in_flight {
                self.open(next)?;
                next += 1;
            }
            self.turn(Duration::from_millis(100), mode)?;
            if t0.elapsed() > limit || self.dead > n / 20 {
                bail!(
                    "connect: {} ready, {} failed of {n}: {:?}",
                    self.ready,
                    self.dead,
                    self.errors
                );
            }
        }
        Ok(t0.elapsed())
    }
}
