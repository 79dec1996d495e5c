//! What the file of a picture is made of, read from its outline alone: nothing is unpacked here
//! and nothing is kept but where things are, so that it costs little whatever is in the file.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use image::metadata::Orientation;

use crate::model::file::FileType;

/// Pieces that are told apart; a picture of a camera or a program has some tens.
const MOST_PIECES: usize = 4_096;
/// Of an EXIF block; how to turn the picture stands at its beginning.
const LONGEST_EXIF: u64 = 64 * 1024;

/// A picture, as its outline has it.
#[derive(Debug)]
pub(super) struct Anatomy {
    pub kind: FileType,
    /// As it is stored, before it is turned.
    pub width: u32,
    pub height: u32,
    pub orientation: Orientation,
    pub pieces: Vec<Piece>,
    /// The first chunk of an extended WebP, which says what else is there.
    pub extended: Option<[u8; 18]>,
    pub bytes: u64,
}

/// A stretch of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub start: u64,
    pub length: u64,
    pub role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Without it there is no picture.
    Pixels,
    /// How it looks or moves.
    Looks,
    /// What is said about it.
    Words,
}

/// The file, and where in it we are.
pub(super) struct Source {
    file: BufReader<File>,
    pub at: u64,
    pub end: u64,
}

impl Anatomy {
    /// Nothing is known yet but what it is said to be.
    pub(super) fn new(kind: FileType, bytes: u64) -> Self {
        Self {
            kind,
            width: 0,
            height: 0,
            orientation: Orientation::NoTransforms,
            pieces: Vec::new(),
            extended: None,
            bytes,
        }
    }

    /// Width and height as the picture is shown.
    pub(super) fn shown(&self) -> (u32, u32) {
        match self.orientation {
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH => (self.height, self.width),
            Orientation::NoTransforms
            | Orientation::Rotate180
            | Orientation::FlipHorizontal
            | Orientation::FlipVertical => (self.width, self.height),
        }
    }

    /// Notes a piece; `None` if there are more than any picture has.
    pub(super) fn add(&mut self, start: u64, length: u64, role: Role) -> Option<()> {
        // Neighbours become one piece, so that a picture whose pixels lie in many chunks does not
        // reach the limit.
        let is_next = |it: &Piece| it.role == role && it.start + it.length == start;
        if let Some(last) = self.pieces.last_mut().filter(|it| is_next(it)) {
            last.length += length;
            return Some(());
        }
        if self.pieces.len() == MOST_PIECES {
            return None;
        }
        self.pieces.push(Piece { start, length, role });
        Some(())
    }

    /// Notes how an EXIF block wants the picture to be turned; the first that says it counts.
    pub(super) fn turn(&mut self, exif: &[u8]) {
        if self.orientation == Orientation::NoTransforms {
            self.orientation = Orientation::from_exif_chunk(exif).unwrap_or(self.orientation);
        }
    }

    /// Whether it holds pixels and nothing else.
    pub(super) fn is_bare(&self) -> bool {
        let kept: u64 = self.pieces.iter().map(|it| it.length).sum();
        kept == self.bytes && self.pieces.iter().all(|it| it.role == Role::Pixels)
    }
}

impl Source {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let end = file.metadata()?.len();
        Ok(Self { file: BufReader::new(file), at: 0, end })
    }

    pub(super) fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }

    /// Reads what is there of a block of this length, up to what an EXIF block may have, and
    /// goes back to where it began.
    pub(super) fn peek(&mut self, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let (start, most) = (self.at, length.min(LONGEST_EXIF));
        self.file.by_ref().take(most).read_to_end(&mut bytes)?;
        self.at += bytes.len() as u64;
        self.go(start)?;
        Ok(bytes)
    }

    /// To a place in the file, but not beyond its end.
    pub(super) fn go(&mut self, place: u64) -> io::Result<()> {
        let place = place.min(self.end);
        let distance =
            i64::try_from(place).unwrap_or(i64::MAX) - i64::try_from(self.at).unwrap_or(i64::MAX);
        // Any other way of seeking throws away what is buffered, and would read the disk once more
        // for every chunk.
        self.file.seek_relative(distance)?;
        self.at = place;
        Ok(())
    }

    /// Copies a stretch of the file.
    pub(super) fn copy(&mut self, piece: Piece, to: &mut impl io::Write) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(piece.start))?;
        let copied = io::copy(&mut self.file.by_ref().take(piece.length), to)?;
        self.at = piece.start + copied;
        Ok(())
    }

    /// Behind the next byte of this kind, or to the end.
    pub(super) fn pass(&mut self, byte: u8) -> io::Result<()> {
        self.at += self.file.skip_until(byte)? as u64;
        Ok(())
    }
}
