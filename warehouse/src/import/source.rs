//! Opening the file of an import: what it is, what its content hashes to, and its bytes unpacked.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use sha2::{Digest, Sha256};

use crate::WarehouseError;

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Zstd,
    Parquet,
}

/// A file to import.
#[derive(Debug)]
pub(super) struct Source {
    pub path: PathBuf,
    pub packing: Packing,
    pub size: u64,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub hash: String,
}

impl Source {
    /// Looks at a file: that it is one, how it is packed, and its hash.
    pub fn inspect(path: &Path) -> Result<Self, WarehouseError> {
        let failed = |error: io::Error| unreadable(path, &error);
        let metadata = std::fs::metadata(path).map_err(failed)?;
        if metadata.is_dir() {
            return Err(WarehouseError::file(path, "it is a folder", "name the files in it, such as `folder/*.csv.gz`"));
        }
        if metadata.len() == 0 {
            return Err(WarehouseError::file(path, "it is empty", "download the export again"));
        }
        let mut file = File::open(path).map_err(failed)?;
        let mut head = [0_u8; 4];
        let read = file.read(&mut head).map_err(failed)?;
        let packing = packing_of(path, &head[..read])?;
        file.rewind().map_err(failed)?;
        Ok(Self { path: path.to_owned(), packing, size: metadata.len(), hash: hash(file).map_err(failed)? })
    }

    /// The bytes of a text file, unpacked, behind any UTF-8 byte order mark. `read` counts the bytes taken from the file.
    pub fn open(&self, read: Arc<AtomicU64>) -> Result<Box<dyn Read + Send>, WarehouseError> {
        let failed = |error: io::Error| unreadable(&self.path, &error);
        let counted = Counted { inner: File::open(&self.path).map_err(failed)?, read };
        let buffered = BufReader::with_capacity(1 << 18, counted);
        let mut unpacked: Box<dyn Read + Send> = match self.packing {
            Packing::Plain | Packing::Parquet => Box::new(buffered),
            Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(buffered)),
            Packing::Zstd => Box::new(zstd::Decoder::with_buffer(buffered).map_err(failed)?),
        };
        let mut head = Vec::with_capacity(3);
        unpacked.by_ref().take(3).read_to_end(&mut head).map_err(|error| unreadable(&self.path, &error))?;
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Err(WarehouseError::file(&self.path, "it is UTF-16 text", "save it as UTF-8, such as with `iconv -f UTF-16 -t UTF-8`"));
        }
        if head == [0xef, 0xbb, 0xbf] {
            head.clear();
        }
        Ok(Box::new(io::Cursor::new(head).chain(unpacked)))
    }

    /// The spelling of the format in reports.
    pub fn format_name(&self) -> &'static str {
        match self.packing {
            Packing::Plain | Packing::Gzip | Packing::Zstd => "CSV",
            Packing::Parquet => "Parquet",
        }
    }
}

fn packing_of(path: &Path, head: &[u8]) -> Result<Packing, WarehouseError> {
    let named_parquet = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
    match head {
        b"PAR1" => Ok(Packing::Parquet),
        _ if named_parquet => Err(WarehouseError::file(
            path,
            "its name says Parquet, its content is not",
            "download the export again, or give it the ending of what it is",
        )),
        [0x1f, 0x8b, ..] => Ok(Packing::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd] => Ok(Packing::Zstd),
        [b'P', b'K', 3, 4] => {
            Err(WarehouseError::file(path, "it is a ZIP archive or a spreadsheet", "unpack it, or save the sheet as CSV (UTF-8)"))
        }
        _ => Ok(Packing::Plain),
    }
}

fn hash(mut file: File) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 18];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        }
        hasher.update(&buffer[..read]);
    }
}

/// What a failure to read means and what to do about it.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> WarehouseError {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "check the path",
        io::ErrorKind::PermissionDenied => "give yourself the right to read it",
        io::ErrorKind::UnexpectedEof => "the file ends in the middle: download it again",
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => "the file is damaged: download it again",
        _ => "check the file and the disk",
    };
    WarehouseError::file(path, error.to_string(), hint)
}

struct Counted {
    inner: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
