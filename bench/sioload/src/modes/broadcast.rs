//! Messages to rooms, each delivery checked: fan-out and chat.

use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};

use anyhow::Result;
use hdrhistogram::Histogram;
use serde_json::{Value, json};

use super::{AckStats, Acks, CONNECT_LIMIT, Stretch, drain, hist, latency, round};
use crate::engine::{Mode, Net};
use crate::sio::{self, Marker, Template};
use crate::{Load, proc};

/// A sender's messages whose deliveries are still awaited.
#[derive(Default)]
struct Outbox {
    base: u32,
    left: VecDeque<u32>,
    next: u32,
    in_flight: usize,
    expect: u32,
}

struct Broadcast {
    recv_event: Vec<u8>,
    pad: Option<Vec<u8>>,
    senders: usize,
    /// Next sequence number expected, per receiver and sender.
    next: Vec<u32>,
    missing: HashSet<(u32, u32, u32)>,
    out: Vec<Outbox>,
    acks: Vec<Acks>,
    ack_stats: AckStats,
    contains: Option<String>,
    by_ack: bool,
    measuring: bool,
    deliveries: u64,
    measured: u64,
    /// Of all deliveries, without the few bytes before the event's name.
    bytes: u64,
    duplicated: u64,
    out_of_order: u64,
    foreign: u64,
    corrupt: u64,
    hist: Histogram<u64>,
    ack_hist: Histogram<u64>,
    rooms: usize,
}

impl Mode for Broadcast {
    fn on_event(&mut self, conn: usize, name: &[u8], body: &[u8], now: u64) {
        if name != self.recv_event {
            return;
        }
        let Some((m, rest)) = sio::find_marker(body) else {
            self.corrupt += 1;
            return;
        };
        let s = m.sender as usize;
        if s >= self.senders || s % self.rooms != conn % self.rooms {
            self.foreign += 1;
            return;
        }
        if self.pad.as_ref().is_some_and(|p| !rest.starts_with(p)) {
            self.corrupt += 1;
        }
        let next = &mut self.next[conn * self.senders + s];
        if m.seq == *next {
            *next += 1;
        } else if m.seq > *next {
            self.missing.extend((*next..m.seq).map(|q| (conn as u32, m.sender, q)));
            *next = m.seq + 1;
        } else if self.missing.remove(&(conn as u32, m.sender, m.seq)) {
            self.out_of_order += 1;
        } else {
            self.duplicated += 1;
            return;
        }
        self.deliveries += 1;
        self.bytes += (name.len() + body.len()) as u64;
        if self.measuring {
            self.measured += 1;
            let _ = self.hist.record(now.saturating_sub(m.nanos));
        }
        let o = &mut self.out[s];
        if let Some(left) = m.seq.checked_sub(o.base).and_then(|i| o.left.get_mut(i as usize)) {
            *left = left.saturating_sub(1);
            if *left == 0 && !self.by_ack {
                o.in_flight -= 1;
            }
            while o.left.front() == Some(&0) {
                o.left.pop_front();
                o.base += 1;
            }
        }
    }

    fn on_ack(&mut self, conn: usize, id: u64, body: &[u8], now: u64) {
        if conn >= self.senders {
            self.ack_stats.unknown += 1;
            return;
        }
        match self.acks[conn].acked(id) {
            None => self.ack_stats.unknown += 1,
            Some((t, in_order)) => {
                self.ack_stats.total += 1;
                self.ack_stats.reordered += !in_order as u64;
                if self
                    .contains
                    .as_ref()
                    .is_some_and(|c| memchr::memmem::find(body, c.as_bytes()).is_none())
                {
                    self.ack_stats.bad(body);
                }
                if self.measuring {
                    self.ack_stats.measured += 1;
                    let _ = self.ack_hist.record(now.saturating_sub(t));
                }
                if self.by_ack {
                    self.out[conn].in_flight -= 1;
                }
            }
        }
    }
}

pub fn broadcast(o: &Load, mode: &str) -> Result<Value> {
    let mut net = o.c.net()?;
    let (n, senders, rooms) = (o.c.conns, o.senders.min(o.c.conns), o.c.rooms.max(1));
    let payload = Template::new(&o.payload);
    let pad = vec![b'x'; o.pad];
    let members = |room: usize| (n + rooms - 1 - room) / rooms;
    let out = (0..senders)
        .map(|s| Outbox {
            expect: (members(s % rooms) - o.no_self as usize) as u32,
            ..Default::default()
        })
        .collect();
    let mut m = Broadcast {
        recv_event: if o.c.raw {
            vec![]
        } else {
            o.recv_event.as_ref().unwrap_or(&o.event).clone().into_bytes()
        },
        pad: payload.pad_follows_marker().then(|| pad.clone()),
        senders,
        next: vec![0; n * senders],
        missing: HashSet::new(),
        out,
        acks: (0..senders).map(|_| Acks::default()).collect(),
        ack_stats: AckStats::default(),
        contains: o.ack_contains.clone(),
        by_ack: o.window_by == "ack",
        measuring: false,
        deliveries: 0,
        measured: 0,
        bytes: 0,
        duplicated: 0,
        out_of_order: 0,
        foreign: 0,
        corrupt: 0,
        hist: hist(),
        ack_hist: hist(),
        rooms,
    };
    net.connect_all(&mut m, CONNECT_LIMIT)?;
    let settle = Instant::now();
    while settle.elapsed() < Duration::from_millis(300) {
        net.turn(Duration::from_millis(20), &mut m)?;
    }

    let (mut sent, mut expected, mut sent_measured) = (0u64, 0u64, 0u64);
    let begin_ns = net.now();
    let mut stretch = Stretch::begin(o);
    while stretch.goes_on() && net.dead == 0 {
        m.measuring = stretch.counts();
        let now = net.now();
        let mut timeout = Duration::from_millis(20);
        let mut send = |net: &mut Net, m: &mut Broadcast, s: usize, at: u64| {
            let ack = o.ack.then(|| m.acks[s].sent(at));
            let b = &mut m.out[s];
            let marker = Marker { sender: s as u32, seq: b.next, nanos: at };
            b.next += 1;
            b.in_flight += 1;
            b.left.push_back(b.expect);
            expected += b.expect as u64;
            sent += 1;
            sent_measured += m.measuring as u64;
            net.emit(s, ack, &o.event, &payload, marker, &pad);
            sent
        };
        match o.rate {
            None => {
                for s in 0..senders {
                    while m.out[s].in_flight < o.window {
                        send(&mut net, &mut m, s, now);
                    }
                }
            }
            Some(rate) => {
                // Latency counts from the scheduled time, so a stalled server cannot hide its queue.
                let mut k = m.out.iter().map(|b| b.next as u64).sum::<u64>();
                loop {
                    let due = begin_ns + (k as f64 * 1e9 / rate) as u64;
                    if due > now {
                        let wait = due - now;
                        timeout = Duration::from_nanos(if wait < 1_500_000 {
                            0
                        } else {
                            wait - 1_000_000
                        });
                        break;
                    }
                    send(&mut net, &mut m, k as usize % senders, due);
                    k += 1;
                }
            }
        }
        net.turn(timeout.min(Duration::from_millis(20)), &mut m)?;
    }
    let (secs, own, server) = stretch.end();
    m.measuring = false;
    let (measured, acked) = (m.measured, m.ack_stats.measured);
    let want_acks = if o.ack { sent } else { 0 };
    drain(&mut net, &mut m, |m| m.deliveries >= expected && m.ack_stats.total >= want_acks)?;
    let rate = measured as f64 / secs;
    Ok(json!({
        "mode": mode, "label": o.c.label, "conns": n, "senders": senders, "rooms": rooms, "window": o.window,
        "window_by": o.window_by, "rate": o.rate, "pad": o.pad,
        "deliveries_per_s": rate.round(), "delivery_latency": latency(&m.hist),
        "bytes_per_delivery": (m.bytes as f64 / m.deliveries.max(1) as f64).round(),
        "msgs_per_s": (sent_measured as f64 / secs).round(),
        "acked_per_s": (acked as f64 / secs).round(),
        "ack_latency": if o.ack { latency(&m.ack_hist) } else { Value::Null },
        "sent": sent, "expected": expected, "received": m.deliveries,
        "lost": expected - m.deliveries.min(expected), "duplicated": m.duplicated,
        "out_of_order": m.out_of_order, "foreign": m.foreign, "corrupt": m.corrupt,
        "acks": if o.ack { m.ack_stats.json(sent) } else { Value::Null },
        "dead": net.dead, "errors": net.errors,
        "load_cpu": round(own, 3), "server_cpu": round(server, 3),
        "server_us_per_delivery": round(server * 1e6 / rate, 3),
        "server_rss_mb": round(proc::rss_bytes(&o.c.server_pid) as f64 / 1e6, 1),
    }))
}
