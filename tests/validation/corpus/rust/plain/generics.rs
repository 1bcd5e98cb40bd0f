use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use std::ops::{Add, Mul};

#[derive(Debug, Clone, Copy, PartialEq)]
struct Vector<T, const N: usize>([T; N]);

impl<T: Add<Output = T> + Copy, const N: usize> Add for Vector<T, N> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Vector(std::array::from_fn(|i| self.0[i] + other.0[i]))
    }
}

impl<T, const N: usize> Vector<T, N>
where
    T: Mul<Output = T> + Add<Output = T> + Default + Copy,
{
    fn dot(&self, other: &Self) -> T {
        self.0.iter().zip(&other.0).fold(T::default(), |sum, (a, b)| sum + *a * *b)
    }
}

fn largest<'a, T: PartialOrd>(items: &'a [T]) -> Option<&'a T> {
    let mut it = items.iter();
    let first = it.next()?;
    Some(it.fold(first, |m, x| if x > m { x } else { m }))
}

fn show(items: impl IntoIterator<Item = impl Display>) -> String {
    items.into_iter().map(|i| i.to_string()).collect::<Vec<_>>().join("|")
}

fn main() {
    let v = Vector([1, 2, 3]);
    println!("{:?} {}", v + v, v.dot(&v));
    println!("{:?} {}", largest(&[1.5, 0.5]), show([1, 2]));
    let m: BTreeMap<_, Vec<_>> = [("a", 1), ("b", 2), ("a", 3)].into_iter().fold(BTreeMap::new(), |mut m, (k, v)| {
        m.entry(k).or_insert_with(Vec::new).push(v);
        m
    });
    let d: &dyn Debug = &m;
    println!("{d:#?}");
}
