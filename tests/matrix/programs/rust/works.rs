// its first line
use std::collections::HashMap;
use std::sync::{mpsc, Arc, Mutex};
use std::thread;
use std::time::Duration;

fn recursion(depth: u32) -> u32 {
    if depth == 0 {
        0
    } else {
        std::hint::black_box(recursion(depth - 1)) + 1
    }
}

fn main() {
    let sum = Arc::new(Mutex::new(0));
    let threads: Vec<_> = (0..50)
        .map(|n| {
            let sum = Arc::clone(&sum);
            thread::spawn(move || *sum.lock().unwrap() += n)
        })
        .collect();
    for each in threads {
        each.join().unwrap();
    }
    println!("threads {}", sum.lock().unwrap());
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(10));
        send.send("sent").unwrap();
    });
    println!("channel {}", receive.recv().unwrap());
    println!("recursion {}", recursion(500_000));
    println!("caught {}", std::panic::catch_unwind(|| panic!("on purpose")).is_err());
    let mut seen = HashMap::new();
    for word in "a b a".split(' ') {
        *seen.entry(word).or_insert(0) += 1;
    }
    println!("map {}", seen["a"]);
    let source = std::fs::read_to_string("main.rs").unwrap();
    println!("source {}", source.lines().next().unwrap());
}
