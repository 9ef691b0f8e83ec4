//! Channels from one task to another.
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};

const CAPACITY: usize = 1000;

pub fn mpsc(runtime: &Runtime, producers: u64, operations: u64) -> u64 {
    let share = operations / producers;
    runtime.block_on(async {
        let (tx, mut rx) = mpsc::channel(CAPACITY);
        for _ in 0..producers {
            let tx = tx.clone();
            tokio::spawn(async move {
                for i in 0..share {
                    tx.send(i).await.unwrap();
                }
            });
        }
        drop(tx);
        let mut sum = 0;
        while let Some(value) = rx.recv().await {
            sum += value;
        }
        sum
    })
}

pub fn oneshot(runtime: &Runtime, _level: u64, operations: u64) -> u64 {
    runtime.block_on(async {
        let mut sum = 0;
        for i in 0..operations {
            let (tx, rx) = oneshot::channel();
            tx.send(i).unwrap();
            sum += rx.await.unwrap();
        }
        sum
    })
}

pub fn request_reply(runtime: &Runtime, _level: u64, operations: u64) -> u64 {
    runtime.block_on(async {
        let (tx, mut rx) = mpsc::channel::<oneshot::Sender<u64>>(10);
        tokio::spawn(async move {
            let mut served = 0;
            while let Some(reply) = rx.recv().await {
                reply.send(served).unwrap();
                served += 1;
            }
        });
        let mut sum = 0;
        for _ in 0..operations {
            let (reply, answer) = oneshot::channel();
            tx.send(reply).await.unwrap();
            sum += answer.await.unwrap();
        }
        sum
    })
}
