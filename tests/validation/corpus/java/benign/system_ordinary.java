import static java.lang.System.out;

class Main {
    public static void main(String[] args) {
        out.println(System.nanoTime() > 0);
        System.arraycopy(new int[] {1}, 0, new int[1], 0, 1);
        System.err.println(System.getProperty("line.separator").length() + System.lineSeparator().length());
        if (args.length > 9) System.exit(2);
    }
}
