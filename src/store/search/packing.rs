//! Numbers in few bytes: each as its distance from the one before.

/// Rising numbers, counted from `start`.
pub fn pack_places(start: u32, places: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(places.len() + 2);
    let mut last = start;
    for place in places {
        put(&mut bytes, u64::from(place - last));
        last = *place;
    }
    bytes
}

pub fn unpack_places(start: u32, bytes: &[u8]) -> impl Iterator<Item = u32> {
    numbers(bytes).scan(start, |last, distance| {
        *last = last.wrapping_add(u32::try_from(distance).unwrap_or(0));
        Some(*last)
    })
}

/// Numbers in any order; neighbours are close to each other.
pub fn pack_ids(ids: impl IntoIterator<Item = i64>) -> Vec<u8> {
    let (mut bytes, mut last) = (Vec::new(), 0_i64);
    for id in ids {
        let distance = id.wrapping_sub(last);
        // The sign goes last, so that small steps back are small numbers, too.
        put(&mut bytes, ((distance << 1) ^ (distance >> 63)).cast_unsigned());
        last = id;
    }
    bytes
}

pub fn unpack_ids(bytes: &[u8]) -> Vec<i64> {
    let ids = numbers(bytes).scan(0_i64, |last, packed| {
        let distance = (packed >> 1).cast_signed() ^ -(packed & 1).cast_signed();
        *last = last.wrapping_add(distance);
        Some(*last)
    });
    ids.collect()
}

/// Seven bits in a byte; the eighth says that there is more.
fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u64> {
    let (mut number, mut shift) = (0, 0);
    bytes.iter().filter_map(move |byte| {
        // Damaged bytes give wrong numbers, but no panic: what they lead to is compared anyway.
        number |= u64::from(byte & 0x7f) << (shift & 63);
        shift += 7;
        (byte & 0x80 == 0).then(|| {
            shift = 0;
            std::mem::take(&mut number)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again() {
        for places in [vec![], vec![7], vec![7, 8, 500, 40_000, 65_535]] {
            let packed = pack_places(7, &places);
            assert_eq!(unpack_places(7, &packed).collect::<Vec<_>>(), places);
        }
        for ids in [vec![], vec![1, 2, 3], vec![16_385, 1, 9_007_199_254_740_991, 2, -5, i64::MIN]]
        {
            assert_eq!(unpack_ids(&pack_ids(ids.clone())), ids);
        }
        assert_eq!(pack_places(0, &(0..1_000).collect::<Vec<_>>()).len(), 1_000);
    }
}
