/* outer /* inner */ still a comment "*/ fn main() { let _ = std::process::Command::new("id").status(); } /* " */
