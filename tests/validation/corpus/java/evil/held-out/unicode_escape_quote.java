class Main {
    public static void main(String[] args) throws Exception {
        String a = "x\u0022; Runtime.getRuntime().exec("id"); String b = \u0022y";
        System.out.println(a + b);
    }
}
