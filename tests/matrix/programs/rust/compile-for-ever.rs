#![allow(long_running_const_eval)]

const fn endless() -> u64 {
    let mut n = 0u64;
    while n < u64::MAX {
        n += 1;
    }
    n
}

const ANSWER: u64 = endless();

fn main() {
    println!("{ANSWER}");
}
