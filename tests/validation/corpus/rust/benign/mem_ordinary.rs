use std::mem::{self, size_of};

fn main() {
    let mut a = vec![1];
    let b = mem::take(&mut a);
    let c = mem::replace(&mut a, vec![2]);
    mem::swap(&mut a, &mut vec![3]);
    println!("{:?} {:?} {}", b, c, size_of::<u64>());
}
