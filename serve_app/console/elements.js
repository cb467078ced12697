// A picture of markup as plain values, so that one drawing serves the page, the exported file and the tests.
// Text can only become text here: nothing in the console parses markup.

/**
 * @typedef {Object} Shape
 * @property {string} tag
 * @property {Object<string, string|number|boolean|null|undefined>} attrs
 * @property {Array<Shape|string>} children
 */

// The name by which browsers know SVG; nothing is fetched from it.
const SVG_NAMESPACE = "http://www.w3.org/2000/svg";
const VOID_TAGS = new Set(["br", "hr", "img", "input", "link", "meta"]);

/**
 * An element. Children may be nested lists; null, undefined and false are left out.
 * @param {string} tag
 * @param {Shape["attrs"]} [attrs]
 * @param {...any} children
 * @returns {Shape}
 */
export function h(tag, attrs = {}, ...children) {
  for (const name of Object.keys(attrs)) {
    if (/^on|^style$/i.test(name)) {
      throw new Error(`${tag}: ${name} would not pass the page's security policy; add a listener or a class`);
    }
  }
  const kept = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
  return { tag, attrs, children: kept.map((child) => (typeof child === "object" ? child : String(child))) };
}

/**
 * Attributes that are there, as text.
 * @param {Shape["attrs"]} attrs
 * @returns {Array<[string, string]>}
 */
function attributes(attrs) {
  return Object.entries(attrs)
    .filter(([, value]) => value !== null && value !== undefined && value !== false)
    .map(([name, value]) => [name, value === true ? "" : String(value)]);
}

/**
 * The element of a shape.
 * @param {Shape|string} shape
 * @param {boolean} [insideSvg]
 * @returns {Node}
 */
export function toDom(shape, insideSvg = false) {
  if (typeof shape === "string") return document.createTextNode(shape);
  const isSvg = insideSvg || shape.tag === "svg";
  const element = isSvg ? document.createElementNS(SVG_NAMESPACE, shape.tag) : document.createElement(shape.tag);
  for (const [name, value] of attributes(shape.attrs)) element.setAttribute(name, value);
  for (const child of shape.children) element.append(toDom(child, isSvg));
  return element;
}

/**
 * The markup of a shape, everything escaped.
 * @param {Shape|string} shape
 * @returns {string}
 */
export function toMarkup(shape) {
  if (typeof shape === "string") return escapeText(shape);
  const attrs = attributes(shape.attrs)
    .map(([name, value]) => ` ${name}="${escapeText(value)}"`)
    .join("");
  if (VOID_TAGS.has(shape.tag)) return `<${shape.tag}${attrs}>`;
  return `<${shape.tag}${attrs}>${shape.children.map(toMarkup).join("")}</${shape.tag}>`;
}

/**
 * Text for the inside of an element or of a quoted attribute.
 * @param {string} text
 */
export function escapeText(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * Put shapes in place of what an element holds.
 * @param {Element} element
 * @param {...(Shape|string|null)} shapes
 */
export function fill(element, ...shapes) {
  element.replaceChildren(...shapes.filter((shape) => shape !== null).map((shape) => toDom(shape)));
}
