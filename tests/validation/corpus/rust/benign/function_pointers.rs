fn twice(f: fn(i32) -> i32, n: i32) -> i32 {
    f(f(n))
}

fn main() {
    let system: Box<dyn Fn(i32) -> i32> = Box::new(|n| n * 3);
    println!("{} {}", twice(|n| n + 1, 1), system(2));
}
