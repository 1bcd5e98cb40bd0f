#include <array>
#include <concepts>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

template <typename T>
concept number = std::integral<T> || std::floating_point<T>;

template <number T, std::size_t N> class vector {
  public:
    template <class... A> explicit vector(A... a) : items_{static_cast<T>(a)...} {}
    T operator*(const vector &o) const {
        T sum{};
        for (std::size_t i = 0; i < N; ++i) sum += items_[i] * o.items_[i];
        return sum;
    }
    const T &operator[](std::size_t i) const { return items_.at(i); }

  private:
    std::array<T, N> items_;
};

template <class K> struct tree {
    struct node {
        K key;
        std::unique_ptr<node> left, right;
    };
    std::unique_ptr<node> root;

    bool add(K key) {
        auto *at = &root;
        while (*at) {
            if (key == (*at)->key) return false;
            at = key < (*at)->key ? &(*at)->left : &(*at)->right;
        }
        *at = std::make_unique<node>(std::move(key));
        return true;
    }
    template <class F> void walk(F &&f) const { walk(root.get(), f); }

  private:
    template <class F> static void walk(const node *n, F &f) {
        if (!n) return;
        walk(n->left.get(), f);
        f(n->key);
        walk(n->right.get(), f);
    }
};

std::optional<int> half(int n) { return n % 2 ? std::nullopt : std::optional(n / 2); }

int main() {
    tree<std::string> t;
    for (auto w : {"the", "quick", "brown", "the"}) t.add(w);
    t.walk([](const auto &k) { std::cout << k << '\n'; });
    std::cout << vector<int, 3>(1, 2, 3) * vector<int, 3>(1, 1, 1) << half(4).value_or(0) << half(3).has_value() << '\n';
}
