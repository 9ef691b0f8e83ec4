//! An echo server on 127.0.0.1, as tokio's own documentation has it: a task for each connection, on the current-thread runtime. It
//! says where it listens, and serves until standard input ends.
use std::io::{Read, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

static REQUESTS: AtomicU64 = AtomicU64::new(0);

async fn serve(mut stream: TcpStream, buffer_bytes: usize) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; buffer_bytes];
    loop {
        let length = stream.read(&mut buffer).await?;
        if length == 0 {
            return Ok(());
        }
        stream.write_all(&buffer[..length]).await?;
        REQUESTS.fetch_add(1, Relaxed);
    }
}

/// Serves with so large a buffer for each connection. Returns the line that the lab reads at the end.
pub fn run(buffer_bytes: usize) -> std::io::Result<String> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let ended = end_of_input();
    runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(([127, 0, 0, 1], 0).into())?;
        let listener: TcpListener = socket.listen(4096)?;
        println!("listening {} pid={}", listener.local_addr()?, std::process::id());
        std::io::stdout().flush()?;
        tokio::spawn(async move {
            loop {
                if let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, buffer_bytes));
                }
            }
        });
        // A sender that is dropped is the end.
        let _ = ended.await;
        Ok(())
    })
    .map(|()| format!("{{\"requests\":{}}}", REQUESTS.load(Relaxed)))
}

fn end_of_input() -> tokio::sync::oneshot::Receiver<()> {
    let (ending, ended) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        drop(ending);
    });
    ended
}
