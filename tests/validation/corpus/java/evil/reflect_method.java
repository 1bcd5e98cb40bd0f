class Main {
    public static void main(String[] args) throws Exception {
        var m = "".getClass().getDeclaredMethod("isEmpty");
        System.out.println(m.invoke("x"));
    }
}
