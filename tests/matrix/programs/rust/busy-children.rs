extern "C" {
    fn fork() -> i32;
    fn wait(status: *mut i32) -> i32;
}

fn main() {
    for _ in 0..3 {
        if unsafe { fork() } == 0 {
            loop {
                std::hint::spin_loop();
            }
        }
    }
    println!("working");
    unsafe { wait(std::ptr::null_mut()) };
}
