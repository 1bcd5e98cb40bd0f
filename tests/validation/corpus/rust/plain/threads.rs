use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, RwLock};
use std::thread;
use std::time::Duration;

fn main() {
    let total = Arc::new(Mutex::new(0u64));
    let seen = Arc::new(RwLock::new(Vec::new()));
    let handles: Vec<_> = (0..4)
        .map(|i| {
            let (total, seen) = (Arc::clone(&total), seen.clone());
            thread::spawn(move || {
                for n in 0..10 {
                    *total.lock().unwrap() += n * i;
                }
                seen.write().unwrap().push(i);
            })
        })
        .collect();
    for h in handles {
        h.join().expect("no panic");
    }
    println!("{} {}", total.lock().unwrap(), seen.read().unwrap().len());

    let (tx, rx) = mpsc::channel();
    for id in 0..3 {
        let tx = tx.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(id));
            tx.send(id * id).unwrap();
        });
    }
    drop(tx);
    let mut got: Vec<u64> = rx.iter().collect();
    got.sort_unstable();
    println!("{got:?}");

    static COUNT: AtomicUsize = AtomicUsize::new(0);
    thread::scope(|s| {
        for _ in 0..3 {
            s.spawn(|| COUNT.fetch_add(1, Ordering::SeqCst));
        }
    });
    println!("{}", COUNT.load(Ordering::SeqCst));
}
