use std::cell::RefCell;
use std::fmt;
use std::rc::{Rc, Weak};

#[derive(Debug)]
enum Shape {
    Circle { radius: f64 },
    Square(f64),
    Empty,
}

impl Shape {
    fn area(&self) -> f64 {
        match *self {
            Shape::Circle { radius } if radius > 0.0 => std::f64::consts::PI * radius.powi(2),
            Shape::Square(side) => side * side,
            Shape::Circle { .. } | Shape::Empty => 0.0,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?}: {:.2}", self, self.area())
    }
}

#[derive(Default)]
struct Node {
    value: i32,
    parent: RefCell<Weak<Node>>,
    children: RefCell<Vec<Rc<Node>>>,
}

fn main() {
    for s in [Shape::Circle { radius: 1.0 }, Shape::Square(2.0), Shape::Empty] {
        println!("{s}");
    }
    let leaf = Rc::new(Node { value: 3, ..Default::default() });
    let root = Rc::new(Node { value: 5, ..Default::default() });
    root.children.borrow_mut().push(Rc::clone(&leaf));
    *leaf.parent.borrow_mut() = Rc::downgrade(&root);
    println!("{:?} {}", leaf.parent.borrow().upgrade().map(|p| p.value), Rc::strong_count(&leaf));
    println!("{}", root.children.borrow().iter().map(|c| c.value).sum::<i32>());
}
