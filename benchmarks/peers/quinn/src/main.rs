// SPDX-License-Identifier: BSL-1.0
//! A partner for quoin's benchmarks: quinn speaking the "perf" protocol of draft-banks-quic-performance, or HTTP/3 by
//! the h3 library, set up as favourably as its interface allows and comparable in what goes over the wire. One thread,
//! as its own CPU's.

use anyhow::{anyhow, bail, Context, Result};
use bytes::Bytes;
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use std::{
    net::{SocketAddr, UdpSocket},
    sync::Arc,
    time::{Duration, Instant},
};

const USAGE: &str = "usage: quinn-perf-peer server --listen ADDR:PORT --cert FILE --key FILE [--payload-size N] [--web FILE]
       quinn-perf-peer client ADDR:PORT --ca FILE (--download BYTES | --handshakes --duration S) [--streams N] [--payload-size N]";

const PIECE: usize = 1 << 20;
static NOTHING: [u8; PIECE] = [0; PIECE];

struct Arguments(Vec<String>);

impl Arguments {
    fn text(&self, name: &str) -> Result<String> {
        let at = self.0.iter().position(|a| a == name);
        at.and_then(|i| self.0.get(i + 1).cloned()).with_context(|| format!("{name} is missing\n{USAGE}"))
    }
    fn number(&self, name: &str, otherwise: u64) -> Result<u64> {
        match self.has(name) {
            true => self.text(name)?.parse().with_context(|| format!("{name} is not a number")),
            false => Ok(otherwise),
        }
    }
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|a| a == name)
    }
}

/// Fixed payload size, windows as large as quoin's, all else as quinn has it (segmentation offload is on).
fn transport(arguments: &Arguments) -> Result<Arc<quinn::TransportConfig>> {
    let size = arguments.number("--payload-size", 1200)?.try_into()?;
    let mut made = quinn::TransportConfig::default();
    made.initial_mtu(size).min_mtu(size).mtu_discovery_config(None);
    made.stream_receive_window((16u32 << 20).into()).receive_window((64u32 << 20).into()).send_window(64 << 20);
    made.max_concurrent_bidi_streams(1000u32.into());
    Ok(Arc::new(made))
}

fn socket(at: SocketAddr) -> Result<UdpSocket> {
    let made = socket2::Socket::new(socket2::Domain::for_address(at), socket2::Type::DGRAM, None)?;
    made.set_recv_buffer_size(4 << 20)?;
    made.set_send_buffer_size(4 << 20)?;
    made.bind(&at.into())?;
    Ok(made.into())
}

fn endpoint(at: SocketAddr, server: Option<quinn::ServerConfig>, payload: u64) -> Result<quinn::Endpoint> {
    let mut config = quinn::EndpointConfig::default();
    config.max_udp_payload_size(payload.max(1472).try_into()?)?;
    Ok(quinn::Endpoint::new(config, server, socket(at)?, Arc::new(quinn::TokioRuntime))?)
}

fn certificates(path: &str) -> Result<Vec<rustls::pki_types::CertificateDer<'static>>> {
    let mut file = std::io::BufReader::new(std::fs::File::open(path).context(path.to_owned())?);
    Ok(rustls_pemfile::certs(&mut file).collect::<std::result::Result<_, _>>()?)
}

/// AES-128-GCM and X25519 first, as quoin has them.
fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    let mut made = rustls::crypto::ring::default_provider();
    made.cipher_suites.sort_by_key(|s| s.suite() != rustls::CipherSuite::TLS13_AES_128_GCM_SHA256);
    Arc::new(made)
}

async fn answer(connection: quinn::Connection) -> Result<()> {
    loop {
        let (mut to, mut from) = connection.accept_bi().await?;
        tokio::spawn(async move {
            let mut header = [0; 8];
            from.read_exact(&mut header).await?;
            // In order: out of it, quinn 0.11 never reports the end of a stream whose last frame came twice.
            while from.read_chunk(usize::MAX, true).await?.is_some() {}
            let mut left = u64::from_be_bytes(header);
            while left > 0 {
                let now = left.min(PIECE as u64) as usize;
                to.write_chunk(Bytes::from_static(&NOTHING[..now])).await?;
                left -= now as u64;
            }
            to.finish()?;
            let _ = to.stopped().await;
            anyhow::Ok(())
        });
    }
}

/// HTTP/3 with one resource, kept in memory, whatever the path.
async fn answer_web(connection: quinn::Connection, resource: Bytes) -> Result<()> {
    let mut web = h3::server::builder().build(h3_quinn::Connection::new(connection)).await?;
    while let Some(asked) = web.accept().await? {
        let content = resource.clone();
        tokio::spawn(async move {
            let (_, mut stream) = asked.resolve_request().await?;
            let head = http::Response::builder()
                .header("content-length", content.len())
                .header("content-type", "application/octet-stream");
            stream.send_response(head.body(())?).await?;
            stream.send_data(content).await?;
            stream.finish().await?;
            anyhow::Ok(())
        });
    }
    Ok(())
}

async fn server(arguments: &Arguments) -> Result<()> {
    let key_file = arguments.text("--key")?;
    let mut key = std::io::BufReader::new(std::fs::File::open(&key_file).context(key_file)?);
    let key = rustls_pemfile::private_key(&mut key)?.context("no private key")?;
    let mut tls = rustls::ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(certificates(&arguments.text("--cert")?)?, key)?;
    let resource = match arguments.has("--web") {
        true => Some(Bytes::from(std::fs::read(arguments.text("--web")?)?)),
        false => None,
    };
    tls.alpn_protocols = vec![if resource.is_some() { b"h3".to_vec() } else { b"perf".to_vec() }];
    let mut config = quinn::ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(tls)?));
    config.transport_config(transport(arguments)?);
    let size = arguments.number("--payload-size", 1200)?;
    let endpoint = endpoint(arguments.text("--listen")?.parse()?, Some(config), size)?;
    println!("listening");
    while let Some(incoming) = endpoint.accept().await {
        let resource = resource.clone();
        tokio::spawn(async move {
            let connection = incoming.accept()?.await?;
            match resource {
                Some(resource) => answer_web(connection, resource).await,
                None => answer(connection).await,
            }
        });
    }
    Ok(())
}

async fn fetch(connection: quinn::Connection, size: u64) -> Result<u64> {
    let (mut to, mut from) = connection.open_bi().await?;
    to.write_all(&size.to_be_bytes()).await?;
    to.finish()?;
    let mut received = 0;
    while let Some(chunk) = from.read_chunk(usize::MAX, false).await? {
        received += chunk.bytes.len() as u64;
    }
    Ok(received)
}

async fn download(arguments: &Arguments, connection: quinn::Connection) -> Result<()> {
    let size = arguments.number("--download", 0)?;
    let start = Instant::now();
    let tasks: Vec<_> =
        (0..arguments.number("--streams", 1)?).map(|_| tokio::spawn(fetch(connection.clone(), size))).collect();
    let mut received = 0;
    for task in tasks {
        received += task.await??;
    }
    let seconds = start.elapsed().as_secs_f64();
    let rate = received as f64 / 1e6 / seconds;
    println!("{{\"seconds\": {seconds}, \"downloaded_bytes\": {received}, \"download_megabytes_per_second\": {rate}}}");
    Ok(())
}

async fn handshakes(arguments: &Arguments, endpoint: &quinn::Endpoint, to: SocketAddr) -> Result<()> {
    let until = Instant::now() + Duration::from_secs(arguments.number("--duration", 5)?);
    let tasks: Vec<_> = (0..arguments.number("--streams", 1)?)
        .map(|_| {
            let endpoint = endpoint.clone();
            tokio::spawn(async move {
                let mut done = 0u64;
                while Instant::now() < until {
                    endpoint.connect(to, "localhost")?.await?.close(0u32.into(), b"");
                    done += 1;
                }
                anyhow::Ok(done)
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += task.await??;
    }
    println!("{{\"handshakes\": {done}}}");
    Ok(())
}

async fn client(arguments: &Arguments) -> Result<()> {
    let to: SocketAddr = arguments.0.get(1).ok_or_else(|| anyhow!(USAGE))?.parse()?;
    let mut roots = rustls::RootCertStore::empty();
    for certificate in certificates(&arguments.text("--ca")?)? {
        roots.add(certificate)?;
    }
    let mut tls = rustls::ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"perf".to_vec()];
    // Full handshakes are what is measured.
    tls.resumption = rustls::client::Resumption::disabled();
    let mut config = quinn::ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls)?));
    config.transport_config(transport(arguments)?);
    let mut endpoint = endpoint("127.0.0.1:0".parse()?, None, arguments.number("--payload-size", 1200)?)?;
    endpoint.set_default_client_config(config);
    if arguments.has("--handshakes") {
        handshakes(arguments, &endpoint, to).await?;
    } else {
        let connection = endpoint.connect(to, "localhost")?.await?;
        download(arguments, connection.clone()).await?;
        connection.close(0u32.into(), b"");
    }
    let _ = tokio::time::timeout(Duration::from_millis(200), endpoint.wait_idle()).await;
    Ok(())
}

fn main() -> Result<()> {
    let arguments = Arguments(std::env::args().skip(1).collect());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match arguments.0.first().map(String::as_str) {
        Some("server") => runtime.block_on(server(&arguments)),
        Some("client") => runtime.block_on(client(&arguments)),
        _ => bail!(USAGE),
    }
}
