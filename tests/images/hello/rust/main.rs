mod util;

fn main() {
    let Some(n) = util::first([1, 2].into_iter()) else { return };
    println!("hello {n}");
}
