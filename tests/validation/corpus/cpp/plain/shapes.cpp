#include <cmath>
#include <iostream>
#include <memory>
#include <numbers>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

class shape {
  public:
    virtual ~shape() = default;
    virtual double area() const = 0;
    virtual std::string name() const { return "shape"; }
};

class circle final : public shape {
  public:
    explicit circle(double radius) : radius_(radius) {
        if (radius < 0) throw std::domain_error("radius " + std::to_string(radius));
    }
    double area() const override { return std::numbers::pi * std::pow(radius_, 2); }
    std::string name() const override { return "circle"; }

  private:
    double radius_;
};

class square : public shape {
  public:
    square(double side) : side_{side} {}
    double area() const override { return side_ * side_; }

  protected:
    double side_;
};

template <class... F> struct overloaded : F... {
    using F::operator()...;
};
template <class... F> overloaded(F...) -> overloaded<F...>;

int main() {
    std::vector<std::unique_ptr<shape>> all;
    all.push_back(std::make_unique<circle>(1));
    all.emplace_back(new square(2));
    for (const auto &s : all) std::cout << s->name() << ' ' << s->area() << '\n';
    std::variant<int, std::string> v = "text";
    std::visit(overloaded{[](int n) { std::cout << n; }, [](const std::string &s) { std::cout << s.size(); }}, v);
    try {
        circle c(-1);
    } catch (const std::exception &e) {
        std::cout << '\n' << e.what() << '\n';
    }
}
