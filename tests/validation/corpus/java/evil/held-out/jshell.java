import jdk.jshell.JShell;

class Main {
    public static void main(String[] args) {
        JShell.create().eval("1 + 1");
    }
}
