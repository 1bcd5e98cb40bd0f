#[inline(never)]
fn inner(numbers: &[i32]) -> i32 {
    numbers[numbers.len()]
}

#[inline(never)]
fn outer(numbers: &[i32]) -> i32 {
    inner(numbers) + 1
}

fn main() {
    println!("begun");
    println!("{}", outer(&[1, 2, 3]));
}
