use std::env;
use std::process;

fn primes(limit: usize) -> Vec<usize> {
    let mut composite = vec![false; limit + 1];
    let mut found = Vec::new();
    for i in 2..=limit {
        if composite[i] {
            continue;
        }
        found.push(i);
        let mut j = i * i;
        while j <= limit {
            composite[j] = true;
            j += i;
        }
    }
    found
}

fn main() {
    let mut args = env::args().skip(1);
    let limit = match args.next().map(|a| a.parse::<usize>()) {
        None => 50,
        Some(Ok(n)) => n,
        Some(Err(e)) => {
            eprintln!("not a number: {e}");
            process::exit(2);
        }
    };
    let found = primes(limit);
    if args.any(|a| a == "--sum") {
        println!("{}", found.iter().sum::<usize>());
    } else {
        let text: Vec<String> = found.iter().map(ToString::to_string).collect();
        println!("{}", text.join(" "));
    }
}
