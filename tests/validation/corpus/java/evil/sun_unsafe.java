import sun.misc.Unsafe;

class Main {
    static Unsafe u;

    public static void main(String[] args) {
        System.out.println(u.getByte(0L));
    }
}
