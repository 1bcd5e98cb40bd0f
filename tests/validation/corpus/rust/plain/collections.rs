use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};

type Graph = HashMap<u32, Vec<(u32, u64)>>;

fn cheapest(g: &Graph, from: u32, to: u32) -> Option<u64> {
    let mut heap = BinaryHeap::from([Reverse((0, from))]);
    let mut done = HashSet::new();
    while let Some(Reverse((cost, here))) = heap.pop() {
        if here == to {
            return Some(cost);
        }
        if !done.insert(here) {
            continue;
        }
        for &(there, step) in g.get(&here).into_iter().flatten() {
            heap.push(Reverse((cost + step, there)));
        }
    }
    None
}

fn main() {
    let g: Graph = HashMap::from([(1, vec![(2, 2), (3, 5)]), (2, vec![(3, 2)])]);
    println!("{:?} {:?}", cheapest(&g, 1, 3), cheapest(&g, 3, 1));
    let mut q: VecDeque<_> = (1..=5).collect();
    q.rotate_left(2);
    println!("{q:?} {:?}", q.iter().copied().filter(|n| n % 2 == 1).collect::<BTreeSet<_>>());
    let fib: Vec<u64> = std::iter::successors(Some((0, 1)), |&(a, b)| Some((b, a + b))).map(|p| p.0).take(10).collect();
    println!("{fib:?} {:?}", fib.windows(2).map(|w| w[1] - w[0]).max());
    let (even, odd): (Vec<u64>, Vec<u64>) = fib.iter().partition(|&n| n % 2 == 0);
    println!("{even:?} {odd:?} {:?}", 200u8.checked_add(100).ok_or("overflow"));
    println!("{}", i64::pow(2, 40).wrapping_mul(3).leading_zeros());
}
