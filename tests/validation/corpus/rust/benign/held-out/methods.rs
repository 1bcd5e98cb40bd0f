struct Cursor(Vec<i32>);

impl Cursor {
    fn exec(&self, _q: &str) -> &[i32] {
        &self.0
    }
    fn system(&mut self) -> &mut Self {
        self.0.push(1);
        self
    }
    fn remove_file(&mut self, n: usize) -> i32 {
        self.0.remove(n)
    }
}

fn main() {
    let mut c = Cursor(vec![1]);
    println!("{:?} {}", c.system().exec("select"), 0);
    println!("{}", c.remove_file(0));
}
